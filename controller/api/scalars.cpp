// SPDX-License-Identifier: Apache-2.0
// Reading, writing and describing of single values. Messages name the value and the remedy.
#include "controller/api/scalars.hpp"

#include <algorithm>
#include <set>

#include "controller/core/duration.hpp"

namespace stackseal::api {

namespace {

using core::concat;
using core::Value;

Value typed(std::string_view type) {
    Value schema;
    schema.set("type", Value::of(type));
    return schema;
}

void set_bound(Value& schema, std::string_view key, std::size_t bound) {
    if (bound > 0) schema.set(key, Value::of(static_cast<std::int64_t>(bound)));
}

/// The text of a node; null, and a problem, when it is none.
const std::string* text_of(const Value& value, Decoder& decoder) {
    const std::string* text = value.text();
    if (text != nullptr) return text;
    const bool scalar = value.items() == nullptr && !value.is_object();
    decoder.problem(value,
                    concat("must be text, got ", kind_of(value), scalar ? "; quote it" : ""));
    return nullptr;
}

void check_length(const Value& value, const Bounds& bounds, Decoder& decoder) {
    const std::size_t length = characters(*value.text());
    if (length == 0 && bounds.min_chars > 0) {
        decoder.problem(value, "must not be empty");
    } else if (length < bounds.min_chars) {
        decoder.problem(
            value, concat("must have at least ", bounds.min_chars, " characters, got ", length));
    } else if (bounds.chars > 0 && length > bounds.chars) {
        decoder.problem(value,
                        concat("must have at most ", bounds.chars, " characters, got ", length));
    }
}

std::int64_t decode_integer(const Value& value, const Bounds& bounds, Decoder& decoder) {
    const auto* number = std::get_if<std::int64_t>(&value.held);
    if (number == nullptr) {
        const bool fraction = std::holds_alternative<double>(value.held);
        decoder.problem(value,
                        concat("must be a whole number, got ",
                               fraction ? "a fraction or too large a number" : kind_of(value)));
        return 0;
    }
    if (*number >= bounds.min && *number <= bounds.max) return *number;
    const bool both = bounds.max != std::numeric_limits<std::int64_t>::max();
    decoder.problem(
        value, both ? concat("must be between ", bounds.min, " and ", bounds.max, ", got ", *number)
                    : concat("must be at least ", bounds.min, ", got ", *number));
    return 0;
}

Value integer_schema(const Bounds& bounds, std::string_view format) {
    Value schema = typed("integer");
    schema.set("format", Value::of(format));
    if (bounds.min != std::numeric_limits<std::int64_t>::min())
        schema.set("minimum", Value::of(bounds.min));
    if (bounds.max != std::numeric_limits<std::int64_t>::max())
        schema.set("maximum", Value::of(bounds.max));
    return schema;
}

/// The longest text that the durations' pattern takes: three units of six digits.
constexpr Bounds kDurationText{.min_chars = 2, .chars = 21};

}  // namespace

std::string Codec<std::string>::decode(const Value& value, const Bounds& bounds, Decoder& decoder) {
    const std::string* text = text_of(value, decoder);
    if (text == nullptr) return {};
    check_length(value, bounds, decoder);
    return *text;
}

Value Codec<std::string>::encode(const std::string& text) {
    return Value::of(text);
}

Value Codec<std::string>::schema(const Bounds& bounds) {
    Value schema = typed("string");
    set_bound(schema, "minLength", bounds.min_chars);
    set_bound(schema, "maxLength", bounds.chars);
    return schema;
}

bool Codec<bool>::decode(const Value& value, const Bounds&, Decoder& decoder) {
    if (const auto* truth = std::get_if<bool>(&value.held)) return *truth;
    decoder.problem(value, concat("must be true or false, got ", kind_of(value)));
    return false;
}

Value Codec<bool>::encode(const bool& truth) {
    return Value::of(truth);
}
Value Codec<bool>::schema(const Bounds&) {
    return typed("boolean");
}

std::int64_t Codec<std::int64_t>::decode(const Value& value, const Bounds& bounds,
                                         Decoder& decoder) {
    return decode_integer(value, bounds, decoder);
}

Value Codec<std::int64_t>::encode(const std::int64_t& number) {
    return Value::of(number);
}

Value Codec<std::int64_t>::schema(const Bounds& bounds) {
    return integer_schema(bounds, "int64");
}

int Codec<int>::decode(const Value& value, const Bounds& bounds, Decoder& decoder) {
    Bounds narrow = bounds;
    narrow.min = std::max<std::int64_t>(bounds.min, std::numeric_limits<int>::min());
    narrow.max = std::min<std::int64_t>(bounds.max, std::numeric_limits<int>::max());
    return static_cast<int>(decode_integer(value, narrow, decoder));
}

Value Codec<int>::encode(const int& number) {
    return Value::of(std::int64_t{number});
}
Value Codec<int>::schema(const Bounds& bounds) {
    return integer_schema(bounds, "int32");
}

std::chrono::seconds Codec<std::chrono::seconds>::decode(const Value& value, const Bounds&,
                                                         Decoder& decoder) {
    const std::string* text = text_of(value, decoder);
    if (text == nullptr) return {};
    const auto duration = core::parse_duration(*text);
    if (!duration) decoder.problem(value, duration.error().message);
    return duration ? *duration : std::chrono::seconds{};
}

Value Codec<std::chrono::seconds>::encode(const std::chrono::seconds& duration) {
    return Value::of(core::format_duration(duration));
}

Value Codec<std::chrono::seconds>::schema(const Bounds&) {
    return Codec<std::string>::schema(kDurationText);
}

core::Time Codec<core::Time>::decode(const Value& value, const Bounds&, Decoder& decoder) {
    const std::string* text = text_of(value, decoder);
    if (text == nullptr) return {};
    const auto time = core::parse_rfc3339(*text);
    if (!time) decoder.problem(value, time.error().message);
    return time ? *time : core::Time{};
}

Value Codec<core::Time>::encode(const core::Time& time) {
    return Value::of(core::format_rfc3339(time));
}

Value Codec<core::Time>::schema(const Bounds&) {
    Value schema = typed("string");
    schema.set("format", Value::of("date-time"));
    return schema;
}

TextMap Codec<TextMap>::decode(const Value& value, const Bounds& bounds, Decoder& decoder) {
    TextMap out;
    if (!value.is_object()) {
        decoder.problem(value, concat("must be a mapping, got ", kind_of(value)));
        return out;
    }
    const auto& members = *value.members();
    if (bounds.items > 0 && members.size() > bounds.items)
        decoder.problem(
            value, concat("must have at most ", bounds.items, " entries, got ", members.size()));
    for (const auto& [key, held] : members) {
        const Decoder::Step step(decoder, key);
        out.emplace(key, Codec<std::string>::decode(held, bounds, decoder));
    }
    return out;
}

Value Codec<TextMap>::encode(const TextMap& map) {
    Value object = Value::object();
    for (const auto& [key, text] : map) object.set(key, Value::of(text));
    return object;
}

Value Codec<TextMap>::schema(const Bounds& bounds) {
    Value schema = typed("object");
    set_bound(schema, "maxProperties", bounds.items);
    schema.set("additionalProperties", Codec<std::string>::schema(bounds));
    return schema;
}

namespace detail {

std::size_t decode_enum(std::span<const std::string_view> names, const Value& value,
                        Decoder& decoder) {
    const std::string* text = text_of(value, decoder);
    if (text == nullptr) return 0;
    const auto it = std::ranges::find(names, *text);
    if (it != names.end()) return static_cast<std::size_t>(it - names.begin());
    decoder.problem(value,
                    concat("must be one of ", core::join(names, ", "), ", got ", quoted(*text)));
    return 0;
}

Value enum_schema(std::span<const std::string_view> names) {
    Value schema = typed("string");
    Value::Array values;
    for (const std::string_view name : names) values.push_back(Value::of(name));
    schema.set("enum", Value::array(std::move(values)));
    return schema;
}

Value list_schema(Value entry, const Bounds& bounds) {
    Value schema = typed("array");
    set_bound(schema, "maxItems", bounds.items);
    const bool keyed = !bounds.keyed_by.empty();
    schema.set("x-kubernetes-list-type", Value::of(keyed ? "map" : "atomic"));
    if (keyed) schema.set("x-kubernetes-list-map-keys", Value::array({Value::of(bounds.keyed_by)}));
    schema.set("items", std::move(entry));
    return schema;
}

const Value::Array* list_items(const Value& value, const Bounds& bounds, Decoder& decoder) {
    const Value::Array* items = value.items();
    if (items == nullptr) {
        decoder.problem(value, concat("must be a list, got ", kind_of(value)));
        return nullptr;
    }
    if (bounds.items == 0 || items->size() <= bounds.items) return items;
    decoder.problem(value,
                    concat("must have at most ", bounds.items, " entries, got ", items->size()));
    return nullptr;
}

void refuse_twins(const Value::Array& items, const Bounds& bounds, Decoder& decoder) {
    if (bounds.keyed_by.empty()) return;
    std::set<std::string_view> seen;
    for (std::size_t i = 0; i < items.size(); ++i) {
        const std::string_view key = items[i].text_at({bounds.keyed_by});
        if (seen.insert(key).second) continue;
        const Decoder::Step step(decoder, std::to_string(i));
        decoder.problem(items[i],
                        concat("a second entry with ", bounds.keyed_by, ' ', quoted(key)));
    }
}

}  // namespace detail

}  // namespace stackseal::api
