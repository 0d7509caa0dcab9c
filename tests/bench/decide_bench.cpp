// SPDX-License-Identifier: Apache-2.0
// A pass that finds nothing to do is what a restart consists of.
#include <benchmark/benchmark.h>

#include "tests/bench/many.hpp"

namespace stackseal::bench {

namespace {

void plan_with_nothing_to_do(benchmark::State& state) {
    const certificate::Observed observed = settled();
    const core::Instant now(tests::kNow);
    for (auto _ : state) {
        const certificate::Plan plan = certificate::plan(observed, now);
        if (plan.action) return state.SkipWithError("there is something to do");
    }
}

BENCHMARK(plan_with_nothing_to_do);

}  // namespace

}  // namespace stackseal::bench
