// SPDX-License-Identifier: Apache-2.0
// What an issuance costs in cryptography: the key, and the certificate with its lint.
#include <benchmark/benchmark.h>

#include "tests/bench/authority.hpp"

namespace stackseal::bench {

namespace {

using core::KeyAlgorithm;

void make_key(benchmark::State& state, core::KeySpec spec) {
    for (auto _ : state) {
        auto key = pki::generate_key(spec);
        if (!key) return state.SkipWithError(key.error().message.c_str());
        benchmark::DoNotOptimize(key);
    }
}

void sign_and_lint(benchmark::State& state) {
    const auto signer = made_ca().signer;
    const auto key = pki::generate_key(kP256);
    const core::Profile profile = leaf_profile();
    for (auto _ : state) {
        const auto certificate = pki::sign(profile, key->public_half, *signer);
        if (!certificate || !pki::lint(*certificate, &signer->facts()).empty())
            return state.SkipWithError("the certificate is not clean");
    }
}

BENCHMARK_CAPTURE(make_key, P_256, kP256)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(make_key, P_384, core::KeySpec{KeyAlgorithm::kEcdsa, 384})
    ->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(make_key, Ed25519, core::KeySpec{KeyAlgorithm::kEd25519, 0})
    ->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(make_key, RSA_2048, core::KeySpec{KeyAlgorithm::kRsa, 2048})
    ->Unit(benchmark::kMicrosecond);
BENCHMARK(sign_and_lint)->Unit(benchmark::kMicrosecond);

}  // namespace

}  // namespace stackseal::bench
