// SPDX-License-Identifier: Apache-2.0
// The document is the API's Secret without data, so that one codec serves both modes.
#include "controller/local/secret_document.hpp"

#include "controller/api/codec.hpp"
#include "controller/api/names.hpp"
#include "controller/core/concat.hpp"
#include "controller/pki/inspect.hpp"
#include "controller/text/json.hpp"

namespace stackseal::local {

namespace {

constexpr text::Limits kLimits{.bytes = 4U << 20U, .depth = 16};

api::Secret without_data(const api::Secret& secret) {
    api::Secret bare;
    bare.meta = secret.meta;
    bare.meta.resource_version.clear();
    bare.type = secret.type;
    bare.immutable = secret.immutable;
    return bare;
}

/// What an API server would own, and the encoder for requests therefore leaves out.
void add_given(core::Value& document, const api::Meta& meta) {
    const core::Value* found = document.find("metadata");
    core::Value metadata = found == nullptr ? core::Value::object() : *found;
    metadata.set("uid", core::Value::of(meta.uid));
    if (meta.created)
        metadata.set("creationTimestamp", core::Value::of(core::format_rfc3339(*meta.created)));
    document.set("metadata", std::move(metadata));
}

std::string_view bytes_of(const api::Secret& secret, std::string_view key) {
    const core::SecretBytes* found = api::find_data(secret, key);
    return found == nullptr ? std::string_view() : found->reveal();
}

}  // namespace

std::string metadata_text(const api::Secret& secret) {
    core::Value document = api::encode_secret(without_data(secret));
    add_given(document, secret.meta);
    return text::to_pretty_json(document);
}

core::Result<api::Secret> parse_metadata(std::string_view text) {
    auto document = text::parse_json(text, kLimits);
    if (!document) return core::Error{core::Code::kCorrupt, document.error().message};
    auto decoded = api::decode<api::Secret>(*document);
    if (!decoded.problems.empty())
        return core::Error{core::Code::kCorrupt, api::to_string(decoded.problems)};
    return std::move(decoded.value);
}

api::SecretFacts facts_of(const api::Secret& secret) {
    api::SecretFacts facts{.meta = secret.meta, .type = secret.type, .immutable = secret.immutable};
    for (const auto& [key, bytes] : secret.data) facts.sizes[key] = bytes.size();
    const std::string_view chain = bytes_of(secret, api::kTlsCrt);
    const std::string_view key = bytes_of(secret, api::kTlsKey);
    const std::string_view anchors = bytes_of(secret, api::kCaCrt);
    facts.pair_digest = pki::pair_digest(chain, key);
    const std::string_view recorded = api::find_or_empty(secret.meta.annotations, api::kPairDigest);
    const bool known = !recorded.empty() && recorded == facts.pair_digest;
    facts.pair = known ? pki::inspect_trusted_pair(chain, key, anchors)
                       : pki::inspect_pair(chain, key, anchors);
    return facts;
}

api::Secret copy_of(const api::Secret& secret) {
    api::Secret copy{secret.meta, secret.type, secret.immutable, {}};
    for (const auto& [key, bytes] : secret.data) copy.data.emplace(key, bytes.copy());
    return copy;
}

}  // namespace stackseal::local
