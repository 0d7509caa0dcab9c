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
    static std::string decode(const core::Value& value, const Bounds& bounds, Decoder& decoder);
    static core::Value encode(const std::string& value);
    static core::Value schema(const Bounds& bounds);
};

template <>
struct Codec<bool> {
    static bool decode(const core::Value& value, const Bounds& bounds, Decoder& decoder);
    static core::Value encode(const bool& value);
    static core::Value schema(const Bounds& bounds);
};

template <>
struct Codec<std::int64_t> {
    static std::int64_t decode(const core::Value& value, const Bounds& bounds, Decoder& decoder);
    static core::Value encode(const std::int64_t& value);
    static core::Value schema(const Bounds& bounds);
};

template <>
struct Codec<int> {
    static int decode(const core::Value& value, const Bounds& bounds, Decoder& decoder);
    static core::Value encode(const int& value);
    static core::Value schema(const Bounds& bounds);
};

template <>
struct Codec<std::chrono::seconds> {
    static std::chrono::seconds decode(const core::Value& value, const Bounds& bounds,
                                       Decoder& decoder);
    static core::Value encode(const std::chrono::seconds& value);
    static core::Value schema(const Bounds& bounds);
};

template <>
struct Codec<core::Time> {
    static core::Time decode(const core::Value& value, const Bounds& bounds, Decoder& decoder);
    static core::Value encode(const core::Time& value);
    static core::Value schema(const Bounds& bounds);
};

template <>
struct Codec<TextMap> {
    static TextMap decode(const core::Value& value, const Bounds& bounds, Decoder& decoder);
    static core::Value encode(const TextMap& value);
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
    static std::optional<T> decode(const core::Value& value, const Bounds& bounds,
                                   Decoder& decoder) {
        return Codec<T>::decode(value, bounds, decoder);
    }
    static core::Value encode(const std::optional<T>& value) { return Codec<T>::encode(*value); }
    static core::Value schema(const Bounds& bounds) { return Codec<T>::schema(bounds); }
};

template <class T>
struct Codec<std::vector<T>> {
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
    static core::Value encode(const std::vector<T>& value) {
        core::Value::Array items;
        for (const T& item : value) items.push_back(Codec<T>::encode(item));
        return core::Value::array(std::move(items));
    }
    static core::Value schema(const Bounds& bounds) {
        return detail::list_schema(Codec<T>::schema(bounds), bounds);
    }
};

}  // namespace stackseal::api
