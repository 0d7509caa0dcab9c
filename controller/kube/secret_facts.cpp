// SPDX-License-Identifier: Apache-2.0
// The transform before the store: what no decision needs is dropped as it arrives.
#include "controller/kube/secret_facts.hpp"

#include <memory>
#include <string_view>
#include <utility>

#include "controller/api/codec.hpp"
#include "controller/api/names.hpp"
#include "controller/core/concat.hpp"
#include "controller/core/quoted.hpp"
#include "controller/kube/watch_event.hpp"

namespace stackseal::kube {

namespace {

constexpr std::string_view kLastApplied = "kubectl.kubernetes.io/last-applied-configuration";

/// kubectl's copy of the whole object is as large as the object.
void drop_ballast(api::Meta& meta) {
    meta.annotations.erase(std::string(kLastApplied));
}

template <class T>
core::Result<T> decoded(core::Resource resource, const core::Value& document) {
    api::Decoded<T> out = api::decode<T>(document);
    if (out.problems.empty()) {
        drop_ballast(out.value.meta);
        return std::move(out.value);
    }
    return core::Error{core::Code::kInvalid,
                       core::concat(core::plain(core::to_string(ref_of(resource, document)), 330),
                                    ": ", api::to_string(out.problems))};
}

template <class T>
core::Result<api::Object> snapshot(core::Resource resource, const core::Value& document) {
    STACKSEAL_TRY(T object, decoded<T>(resource, document));
    return api::Object(std::make_shared<const T>(std::move(object)));
}

std::string_view data_of(const api::Secret& secret, std::string_view key) {
    const core::SecretBytes* bytes = api::find_data(secret, key);
    return bytes == nullptr ? std::string_view() : bytes->reveal();
}

}  // namespace

core::Result<api::Secret> decode_secret(const core::Value& document) {
    return decoded<api::Secret>(core::Resource::kSecret, document);
}

api::Snapshot<api::SecretFacts> facts_of(const api::Secret& secret, pki::Inspector& inspector) {
    auto facts = std::make_shared<api::SecretFacts>();
    facts->meta = secret.meta;
    facts->type = secret.type;
    facts->immutable = secret.immutable;
    for (const auto& [key, bytes] : secret.data) facts->sizes[key] = bytes.size();
    const std::string_view chain = data_of(secret, api::kTlsCrt);
    const std::string_view key = data_of(secret, api::kTlsKey);
    const std::string_view anchors = data_of(secret, api::kCaCrt);
    facts->pair_digest = pki::pair_digest(chain, key);
    const std::string_view recorded = api::find_or_empty(secret.meta.annotations, api::kPairDigest);
    const bool trusted = !recorded.empty() && recorded == facts->pair_digest;
    facts->pair =
        trusted ? inspector.trusted_pair(chain, key, anchors) : inspector.pair(chain, key, anchors);
    return facts;
}

bool is_managed(const api::Meta& meta) {
    return api::find_or_empty(meta.labels, api::kManagedLabel) == api::kManagedValue;
}

core::Result<api::Object> decode_object(core::Resource resource, const core::Value& document,
                                        pki::Inspector& inspector) {
    switch (resource) {
        case core::Resource::kCertificate:
            return snapshot<api::Certificate>(resource, document);
        case core::Resource::kIssuer:
            return snapshot<api::Issuer>(resource, document);
        case core::Resource::kNamespace:
            return snapshot<api::Namespace>(resource, document);
        case core::Resource::kSecret:
            break;
    }
    STACKSEAL_TRY(const api::Secret secret, decode_secret(document));
    return api::Object(facts_of(secret, inspector));
}

api::Object foreign_of(const api::SecretFacts& facts) {
    auto out = std::make_shared<api::SecretFacts>();
    out->meta.name = facts.meta.name;
    out->meta.space = facts.meta.space;
    out->meta.uid = facts.meta.uid;
    out->meta.resource_version = facts.meta.resource_version;
    return api::Snapshot<api::SecretFacts>(std::move(out));
}

core::Result<api::Object> decode_foreign(const core::Value& document) {
    const core::Ref ref = kube::ref_of(core::Resource::kSecret, document);
    auto facts = std::make_shared<api::SecretFacts>();
    facts->meta.name = ref.name;
    facts->meta.space = ref.space;
    facts->meta.uid = document.text_at({"metadata", "uid"});
    facts->meta.resource_version = version_of(document);
    if (facts->meta.name.empty() || facts->meta.resource_version.empty())
        return core::Error{core::Code::kInvalid, "an object without a name or a version"};
    return api::Object(api::Snapshot<api::SecretFacts>(std::move(facts)));
}

}  // namespace stackseal::kube
