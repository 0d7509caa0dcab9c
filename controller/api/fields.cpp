// SPDX-License-Identifier: Apache-2.0
// Objects by their tables: reading with all problems at once, writing without defaults, describing.
#include "controller/api/fields.hpp"

#include <algorithm>
#include <cstdlib>
#include <utility>
#include <vector>

#include "controller/core/concat.hpp"

namespace stackseal::api {

namespace {

using core::Value;

char lower(char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

/// Levenshtein's distance without regard to case.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i);
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t change = diagonal + (lower(a[i - 1]) == lower(b[j - 1]) ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({change, row[j] + 1, row[j - 1] + 1});
        }
    }
    return row[b.size()];
}

/// Two slips of the pen at most, and fewer in a short key.
std::string_view likely_meant(std::span<const Field> table, std::string_view key) {
    if (key.size() > 64) return {};
    const auto near = std::ranges::min_element(
        table, {}, [&](const Field& field) { return distance(field.key, key); });
    if (near == table.end()) return {};
    const bool likely = distance(near->key, key) <= std::min<std::size_t>(2, key.size() / 3);
    return likely ? near->key : std::string_view{};
}

void report_unknown(std::span<const Field> table, const Value::Member& member, Decoder& decoder) {
    if (std::ranges::find(table, member.first, &Field::key) != table.end()) return;
    const Decoder::Step step(decoder, member.first);
    const std::string_view meant = likely_meant(table, member.first);
    decoder.unknown(member.second,
                    meant.empty()
                        ? std::string("is no known field; remove it")
                        : core::concat("is no known field; did you mean \"", meant, "\"?"));
}

void decode_field(const Field& field, const Value& object, Decoder& decoder, void* owner) {
    if (field.presence == Presence::kElsewhere) return;
    const Value* value = object.find(field.key);
    const Decoder::Step step(decoder, field.key);
    // The API server drops nulls of fields that are not nullable; none of ours are.
    if (value != nullptr && !value->is_null()) return field.decode(*value, field, decoder, owner);
    if (field.presence == Presence::kRequired) decoder.problem(object, "is required");
}

Value field_schema(const Field& field, const void* defaults) {
    if (field.presence == Presence::kElsewhere) {
        Value text;
        text.set("type", Value::of("string"));
        return text;
    }
    Value schema = field.schema(field.bounds);
    if (field.presence == Presence::kDefaulted)
        schema.set("default", *field.encode(defaults, true));
    return schema;
}

}  // namespace

void decode_fields(std::span<const Field> table, const Value& value, Decoder& decoder,
                   void* owner) {
    if (!value.is_object()) {
        decoder.problem(value, core::concat("must be a mapping, got ", kind_of(value)));
        return;
    }
    for (const Field& field : table) decode_field(field, value, decoder, owner);
    for (const auto& member : *value.members()) report_unknown(table, member, decoder);
}

Value encode_fields(std::span<const Field> table, const void* owner) {
    Value object = Value::object();
    for (const Field& field : table) {
        if (field.presence == Presence::kElsewhere) continue;
        auto value = field.encode(owner, field.presence == Presence::kRequired);
        if (value) object.set(field.key, *std::move(value));
    }
    return object;
}

Value schema_of(std::span<const Field> table, const void* defaults) {
    Value schema;
    schema.set("type", Value::of("object"));
    Value::Array needed;
    Value properties;
    for (const Field& field : table) {
        if (field.presence == Presence::kRequired) needed.push_back(Value::of(field.key));
        properties.set(field.key, field_schema(field, defaults));
    }
    if (!needed.empty()) schema.set("required", Value::array(std::move(needed)));
    if (!table.empty()) schema.set("properties", std::move(properties));
    return schema;
}

}  // namespace stackseal::api
