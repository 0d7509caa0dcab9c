// SPDX-License-Identifier: Apache-2.0
// metadata, conditions and what else all kinds share, as tables.
#include "controller/api/object.hpp"
#include "controller/api/syntax.hpp"
#include "controller/api/tables.hpp"

namespace stackseal::api {

namespace {

using core::Value;

constexpr Field kOwnerReference[] = {
    required<&OwnerReference::api_version>("apiVersion"),
    required<&OwnerReference::kind>("kind"),
    required<&OwnerReference::name>("name"),
    required<&OwnerReference::uid>("uid"),
    optional<&OwnerReference::controller>("controller"),
};

constexpr Field kMeta[] = {
    required<&Meta::name>("name", {.min_chars = 1}),
    optional<&Meta::space>("namespace"),
    optional<&Meta::uid>("uid"),
    optional<&Meta::resource_version>("resourceVersion"),
    optional<&Meta::generation>("generation"),
    optional<&Meta::labels>("labels"),
    optional<&Meta::annotations>("annotations"),
    optional<&Meta::owners>("ownerReferences"),
    optional<&Meta::created>("creationTimestamp"),
    optional<&Meta::deleting>("deletionTimestamp"),
};

constexpr Field kCondition[] = {
    required<&Condition::type>("type", {.min_chars = 1, .chars = 316}),
    required<&Condition::status>("status", {.min_chars = 1, .chars = 7}),
    required<&Condition::reason>("reason", {.min_chars = 1, .chars = 1024}),
    required<&Condition::message>("message", {.chars = 32768}),
    optional<&Condition::observed_generation>("observedGeneration", {.min = 0}),
    optional<&Condition::last_transition>("lastTransitionTime"),
};

constexpr Field kNamespace[] = {
    elsewhere("apiVersion"),
    elsewhere("kind"),
    required<&Namespace::meta>("metadata"),
};

void report(const Value& object, std::string_view key, const std::optional<std::string>& reason,
            Decoder& decoder) {
    if (!reason) return;
    const Decoder::Step step(decoder, key);
    const Value* at = object.find(key);
    decoder.problem(at == nullptr ? object : *at, *reason);
}

}  // namespace

template <>
std::span<const Field> fields<OwnerReference>() {
    return kOwnerReference;
}

template <>
std::span<const Field> fields<Condition>() {
    return kCondition;
}

template <>
std::span<const Field> fields<Namespace>() {
    return kNamespace;
}

Meta Codec<Meta>::decode(const Value& value, const Bounds&, Decoder& decoder) {
    const Decoder::Lenience lenience(decoder);
    Meta meta;
    decode_fields(kMeta, value, decoder, &meta);
    if (!value.text_at({"name"}).empty())
        report(value, "name", why_no_subdomain(meta.name), decoder);
    if (!meta.space.empty()) report(value, "namespace", why_no_label(meta.space), decoder);
    return meta;
}

Value Codec<Meta>::encode(const Meta& meta) {
    return encode_fields(kMeta, &meta);
}

Value Codec<Meta>::schema(const Bounds&) {
    Value schema;
    schema.set("type", Value::of("object"));
    return schema;
}

template Decoded<Namespace> decode<Namespace>(const Value&);

}  // namespace stackseal::api
