// SPDX-License-Identifier: Apache-2.0
// Secrets between document and bytes. No message here ever quotes a value.
#include <algorithm>
#include <utility>

#include "controller/api/object.hpp"
#include "controller/api/tables.hpp"
#include "controller/core/base64.hpp"

namespace stackseal::api {

namespace {

using core::concat;
using core::SecretBytes;
using core::Value;

/// As the API server bounds it. Source: Kubernetes, MaxSecretSize.
constexpr std::size_t kMostBytes = 1U << 20U;
constexpr std::string_view kDefaultType = "Opaque";

/// What of a Secret is not data.
struct Frame {
    Meta meta;
    std::string type = std::string(kDefaultType);
    bool immutable = false;
};

/// Keys become file names, so dots alone are refused. Source: Kubernetes, IsConfigMapKey.
bool is_data_key(std::string_view key) {
    constexpr std::string_view kLetters =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._";
    return !key.empty() && key.size() <= 253 && key != "." && !key.starts_with("..") &&
           key.find_first_not_of(kLetters) == std::string_view::npos;
}

SecretBytes from_base64(const Value& value, Decoder& decoder) {
    auto bytes = core::base64_decode(*value.text());
    if (bytes) return *std::move(bytes);
    decoder.problem(value, bytes.error().message);
    return {};
}

SecretBytes as_it_stands(const Value& value, Decoder&) {
    return SecretBytes(*value.text());
}

using Read = SecretBytes (*)(const Value&, Decoder&);

SecretBytes entry(const Value::Member& member, Read read, Decoder& decoder) {
    const Decoder::Step step(decoder, member.first);
    const Value& value = member.second;
    if (!is_data_key(member.first))
        decoder.problem(value, "the key must be letters, digits, '-', '_' or '.', 253 at most");
    if (value.is_null()) return {};
    if (value.text() != nullptr) return read(value, decoder);
    decoder.problem(value, concat("must be text, got ", kind_of(value), "; quote it"));
    return {};
}

/// Merges one of the two maps, so that stringData wins where it comes second.
void merge(const Value& document, std::string_view key, Read read, Secret& into, Decoder& decoder) {
    const Value* map = document.find(key);
    if (map == nullptr || map->is_null()) return;
    const Decoder::Step step(decoder, key);
    if (!map->is_object())
        return decoder.problem(*map, concat("must be a mapping, got ", kind_of(*map)));
    for (const auto& member : *map->members())
        into.data.insert_or_assign(member.first, entry(member, read, decoder));
}

void check_size(const Value& document, const Secret& secret, Decoder& decoder) {
    std::size_t total = 0;
    for (const auto& [key, bytes] : secret.data) total += bytes.size();
    if (total <= kMostBytes) return;
    const Decoder::Step step(decoder, "data");
    decoder.problem(document,
                    concat("holds ", total, " bytes; a Secret holds ", kMostBytes, " at most"));
}

constexpr Field kFrame[] = {
    elsewhere("apiVersion"),
    elsewhere("kind"),
    elsewhere("data"),
    elsewhere("stringData"),
    required<&Frame::meta>("metadata"),
    optional<&Frame::type>("type"),
    optional<&Frame::immutable>("immutable"),
};

}  // namespace

Secret Codec<Secret>::decode(const Value& value, const Bounds&, Decoder& decoder) {
    Frame frame;
    decode_fields(kFrame, value, decoder, &frame);
    Secret secret{std::move(frame.meta), std::move(frame.type), frame.immutable, {}};
    if (secret.type.empty()) secret.type = kDefaultType;
    merge(value, "data", &from_base64, secret, decoder);
    merge(value, "stringData", &as_it_stands, secret, decoder);
    check_size(value, secret, decoder);
    return secret;
}

template Decoded<Secret> decode<Secret>(const Value&);

Value encode_secret(const Secret& secret) {
    const core::ResourceTraits& resource = core::traits(core::Resource::kSecret);
    Value document;
    document.set("apiVersion", Value::of(resource.api_version()));
    document.set("kind", Value::of(resource.kind));
    document.set("metadata", Codec<Meta>::encode(secret.meta));
    if (!secret.type.empty()) document.set("type", Value::of(secret.type));
    if (secret.immutable) document.set("immutable", Value::of(true));
    Value data = Value::object();
    for (const auto& [key, bytes] : secret.data) {
        Value text;
        text.held = core::base64_encode(bytes.reveal());
        data.set(key, std::move(text));
    }
    if (!secret.data.empty()) document.set("data", std::move(data));
    return document;
}

}  // namespace stackseal::api
