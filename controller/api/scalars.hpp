// SPDX-License-Identifier: Apache-2.0
// How texts, numbers, times, enums, lists and maps are read, written and described.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "controller/api/fields.hpp"
#include "controller/core/concat.hpp"
#include "controller/core/time.hpp"

namespace stackseal::api {

using TextMap = std::map<std::string, std::string>;

// These are no templates, so that their code stands once and not in every table.

template <>
struct Codec<std::string> {
    /// Text only: a number or truth value is a problem that says to quote it.
    static std::string decode(const core::Value& value, const Bounds& bounds, Decoder& decoder);
    /// The text as it is, the empty one included.
    static core::Value encode(const std::string& value);
    /// "string" with minLength and maxLength; a bound of zero is left out.
    static core::Value schema(const Bounds& bounds);
};

template <>
struct Codec<bool> {
    /// YAML 1.2's truth values: 1.1's yes and on are texts here. A problem gives false.
    static bool decode(const core::Value& value, const Bounds& bounds, Decoder& decoder);
    /// A JSON truth value.
    static core::Value encode(const bool& value);
    /// "boolean"; bounds do not apply.
    static core::Value schema(const Bounds& bounds);
};

template <>
struct Codec<std::int64_t> {
    /// A whole number within min and max; a problem, as for a fraction, gives 0.
    static std::int64_t decode(const core::Value& value, const Bounds& bounds, Decoder& decoder);
    /// A JSON number.
    static core::Value encode(const std::int64_t& value);
    /// "integer", format int64, with the bounds that are set.
    static core::Value schema(const Bounds& bounds);
};

template <>
struct Codec<int> {
    /// The same within the bounds and what an int holds.
    static int decode(const core::Value& value, const Bounds& bounds, Decoder& decoder);
    /// A JSON number.
    static core::Value encode(const int& value);
    /// "integer", format int32, with the bounds that are set.
    static core::Value schema(const Bounds& bounds);
};

template <>
struct Codec<std::chrono::seconds> {
    /// Text as core::parse_duration takes it ("1h30m"); a problem gives zero. bounds do not apply.
    static std::chrono::seconds decode(const core::Value& value, const Bounds& bounds,
                                       Decoder& decoder);
    /// As core::format_duration writes it.
    static core::Value encode(const std::chrono::seconds& value);
    /// "string" of 2 to 21 characters; the pattern stands in the CRD only.
    static core::Value schema(const Bounds& bounds);
};

template <>
struct Codec<core::Time> {
    /// Text as RFC 3339 (metav1.Time), fractions cut; a problem gives the epoch.
    static core::Time decode(const core::Value& value, const Bounds& bounds, Decoder& decoder);
    /// RFC 3339 in UTC, whole seconds.
    static core::Value encode(const core::Time& value);
    /// "string", format date-time.
    static core::Value schema(const Bounds& bounds);
};

template <>
struct Codec<TextMap> {
    /// A mapping of texts; items bounds the entries, chars each value.
    static TextMap decode(const core::Value& value, const Bounds& bounds, Decoder& decoder);
    /// An object in the order of the keys.
    static core::Value encode(const TextMap& value);
    /// "object" with additionalProperties of text.
    static core::Value schema(const Bounds& bounds);
};

/// The names of an enum's values, in their order. Specialised beside the enum's kind.
template <class E>
std::span<const std::string_view> enum_names();

namespace detail {
std::size_t decode_enum(std::span<const std::string_view> names, const core::Value& value,
                        Decoder& decoder);
core::Value enum_schema(std::span<const std::string_view> names);
core::Value list_schema(core::Value entry, const Bounds& bounds);
/// The entries of a list; null, and a problem, when it is none or too long.
const core::Value::Array* list_items(const core::Value& value, const Bounds& bounds,
                                     Decoder& decoder);
void refuse_twins(const core::Value::Array& items, const Bounds& bounds, Decoder& decoder);
}  // namespace detail

/// By the name in the API, case and all; a problem lists the names and gives the first value.
template <class E>
requires std::is_enum_v<E>
struct Codec<E> {
    static E decode(const core::Value& value, const Bounds&, Decoder& decoder) {
        return static_cast<E>(detail::decode_enum(enum_names<E>(), value, decoder));
    }
    static core::Value encode(E value) {
        return core::Value::of(enum_names<E>()[static_cast<std::size_t>(value)]);
    }
    static core::Value schema(const Bounds&) { return detail::enum_schema(enum_names<E>()); }
};

template <class T>
struct Codec<std::optional<T>> {
    /// Absence never comes here: a present key always gives a value.
    static std::optional<T> decode(const core::Value& value, const Bounds& bounds,
                                   Decoder& decoder) {
        return Codec<T>::decode(value, bounds, decoder);
    }
    static core::Value encode(const std::optional<T>& value) { return Codec<T>::encode(*value); }
    static core::Value schema(const Bounds& bounds) { return Codec<T>::schema(bounds); }
};

template <class T>
struct Codec<std::vector<T>> {
    /// All entries, the faulty ones at their defaults; none if it is no list or longer than items.
    /// bounds count for each entry, too; a second entry of the same keyed_by is a problem.
    static std::vector<T> decode(const core::Value& value, const Bounds& bounds, Decoder& decoder) {
        std::vector<T> out;
        const auto* items = detail::list_items(value, bounds, decoder);
        if (items == nullptr) return out;
        for (std::size_t i = 0; i < items->size(); ++i) {
            const Decoder::Step step(decoder, std::to_string(i));
            out.push_back(Codec<T>::decode((*items)[i], bounds, decoder));
        }
        detail::refuse_twins(*items, bounds, decoder);
        return out;
    }
    /// A JSON array in the list's order.
    static core::Value encode(const std::vector<T>& value) {
        core::Value::Array items;
        for (const T& item : value) items.push_back(Codec<T>::encode(item));
        return core::Value::array(std::move(items));
    }
    /// Atomic, or a map by keyed_by. Source: Kubernetes, x-kubernetes-list-type.
    static core::Value schema(const Bounds& bounds) {
        return detail::list_schema(Codec<T>::schema(bounds), bounds);
    }
};

}  // namespace stackseal::api
