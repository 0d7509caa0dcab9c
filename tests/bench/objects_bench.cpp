// SPDX-License-Identifier: Apache-2.0
// Documents to objects and objects from the cache: the start with many certificates is made of
// these.
#include <benchmark/benchmark.h>

#include "controller/api/codec.hpp"
#include "controller/api/names.hpp"
#include "controller/kube/secret_facts.hpp"
#include "controller/pki/inspect.hpp"
#include "controller/text/json.hpp"
#include "tests/bench/authority.hpp"
#include "tests/bench/many.hpp"

namespace stackseal::bench {

namespace {

std::string certificate_text() {
    return text::to_json(api::encode(*settled().certificate));
}

/// A Secret as the operator writes it: chain, key and anchor.
std::string secret_text() {
    const Ca ca = made_ca();
    const auto key = pki::generate_key(kP256);
    const std::string chain = *pki::sign(leaf_profile(), key->public_half, *ca.signer);
    auto pem = pki::key_to_pem(*key, core::KeyEncoding::kPkcs8);
    api::Secret secret;
    secret.meta = tests::leaf_secret().meta;
    secret.meta.annotations[std::string(api::kPairDigest)] = pki::pair_digest(chain, pem->reveal());
    secret.data.emplace(api::kTlsCrt, core::SecretBytes(chain));
    secret.data.emplace(api::kTlsKey, *std::move(pem));
    secret.data.emplace(api::kCaCrt, core::SecretBytes(ca.pem));
    return text::to_json(api::encode_secret(secret));
}

void take_in(benchmark::State& state, core::Resource resource, const std::string& json) {
    pki::Inspector inspector;
    for (auto _ : state) {
        const auto document = text::parse_kubernetes_json(json);
        const auto object = kube::decode_object(resource, *document, inspector);
        if (!object) return state.SkipWithError(object.error().message.c_str());
    }
}

void take_in_certificate(benchmark::State& state) {
    take_in(state, core::Resource::kCertificate, certificate_text());
}

void take_in_secret(benchmark::State& state) {
    take_in(state, core::Resource::kSecret, secret_text());
}

void write_out_certificate(benchmark::State& state) {
    const auto certificate = settled().certificate;
    for (auto _ : state) benchmark::DoNotOptimize(text::to_json(api::encode(*certificate)));
}

void find_in_cache(benchmark::State& state) {
    const auto store = full_store();
    int index = 0;
    for (auto _ : state) {
        const core::Ref ref{core::Resource::kCertificate, "openstack", name_of(index)};
        if (api::meta_of(store->find(ref)) == nullptr) return state.SkipWithError("not found");
        index = (index + 7'919) % kMany;
    }
}

BENCHMARK(take_in_certificate)->Unit(benchmark::kMicrosecond);
BENCHMARK(take_in_secret)->Unit(benchmark::kMicrosecond);
BENCHMARK(write_out_certificate)->Unit(benchmark::kMicrosecond);
BENCHMARK(find_in_cache);

}  // namespace

}  // namespace stackseal::bench
