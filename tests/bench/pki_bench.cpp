// SPDX-License-Identifier: Apache-2.0
// What an issuance costs in cryptography: the key, and the certificate with its lint.
#include <benchmark/benchmark.h>

#include "controller/core/concat.hpp"
#include "controller/pki/key.hpp"
#include "controller/pki/sign.hpp"

namespace stackseal::bench {

namespace {

using core::KeyAlgorithm;

constexpr core::KeySpec kP256{KeyAlgorithm::kEcdsa, 256};
constexpr core::Time kBegin{std::chrono::seconds(1'767'225'600)};

core::Profile ca_profile() {
    core::Profile profile;
    profile.subject.common_name = "Bench CA";
    profile.is_ca = true;
    profile.usages = {core::Usage::kCertSign, core::Usage::kCrlSign};
    profile.not_before = kBegin;
    profile.not_after = kBegin + std::chrono::hours(87'600);
    return profile;
}

core::Profile leaf_profile() {
    core::Profile profile;
    profile.subject.common_name = "keystone.example.com";
    profile.names.dns = {"keystone.example.com"};
    profile.usages = {core::Usage::kDigitalSignature, core::Usage::kServerAuth};
    profile.not_before = kBegin;
    profile.not_after = kBegin + std::chrono::hours(2'160);
    return profile;
}

std::shared_ptr<const pki::Signer> ca() {
    const auto key = pki::generate_key(kP256);
    const auto chain = pki::sign_self(ca_profile(), *key);
    const auto pem = pki::key_to_pem(*key, core::KeyEncoding::kPkcs8);
    return *pki::Signer::load(*chain, pem->reveal(), *chain);
}

void make_key(benchmark::State& state, core::KeySpec spec) {
    for (auto _ : state) {
        auto key = pki::generate_key(spec);
        if (!key) return state.SkipWithError(key.error().message.c_str());
        benchmark::DoNotOptimize(key);
    }
}

void sign_and_lint(benchmark::State& state) {
    const auto signer = ca();
    const auto key = pki::generate_key(kP256);
    const core::Profile profile = leaf_profile();
    for (auto _ : state) {
        const auto certificate = pki::sign(profile, *key, *signer);
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
