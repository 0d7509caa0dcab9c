// SPDX-License-Identifier: Apache-2.0
// A scrape walks over all certificates, so its cost grows with them.
#include <benchmark/benchmark.h>

#include "app/certificate_samples.hpp"
#include "controller/observe/metrics.hpp"
#include "tests/bench/many.hpp"
#include "tests/support/fakes.hpp"

namespace stackseal::bench {

namespace {

class StoreReader : public ports::Reader {
  public:
    explicit StoreReader(const store::Store& store) : store_(store) {}
    core::Result<api::Object> find(const core::Ref& ref) override { return store_.find(ref); }
    core::Result<std::vector<api::Object>> select(const ports::Selection& selection) override {
        return store_.select(selection);
    }
    core::Result<api::Secret> read_secret(const core::Ref&) override {
        return core::Error{core::Code::kNotFound, "a scrape reads no Secret"};
    }

  private:
    const store::Store& store_;
};

void scrape_of_10000(benchmark::State& state) {
    const auto store = full_store();
    StoreReader reader(*store);
    tests::MemoryLog log;
    observe::PrometheusMetrics metrics(log);
    metrics.collect([&](const ports::Show& show) { app::show_certificates(reader, show); });
    std::size_t bytes = 0;
    for (auto _ : state) bytes = metrics.text().size();
    state.counters["bytes"] = static_cast<double>(bytes);
}

BENCHMARK(scrape_of_10000)->Unit(benchmark::kMillisecond);

}  // namespace

}  // namespace stackseal::bench
