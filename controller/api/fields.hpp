// SPDX-License-Identifier: Apache-2.0
// Field tables: one line a field says its key, its member and its bounds; the codec does the rest.
#pragma once

#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string_view>
#include <variant>

#include "controller/api/decoder.hpp"
#include "controller/core/value.hpp"

namespace stackseal::api {

/// What a field may hold. Strings count in characters, not bytes. Zero: no upper bound, which only
/// metadata and the kinds of Kubernetes use. For a list or a map, chars bounds each entry.
struct Bounds {
    std::size_t min_chars = 0;
    std::size_t chars = 0;
    std::size_t items = 0;
    std::int64_t min = std::numeric_limits<std::int64_t>::min();
    std::int64_t max = std::numeric_limits<std::int64_t>::max();
    std::string_view keyed_by;  ///< a list whose entries are told apart by this key
};

/// How a key is treated when it is absent, and whether the schema knows a default for it.
enum class Presence : std::uint8_t { kOptional, kRequired, kDefaulted, kElsewhere };

/// One line of a table. The functions know the member; the owner is the struct that holds it.
struct Field {
    std::string_view key;
    Presence presence = Presence::kOptional;
    Bounds bounds;
    /// Called only where the key is present and not null; fills the member of owner.
    void (*decode)(const core::Value& value, const Field& field, Decoder& decoder, void* owner);
    std::optional<core::Value> (*encode)(const void* owner, bool always);
    core::Value (*schema)(const Bounds& bounds);
};

/// The table of a struct. Specialised beside the struct's kind.
template <class T>
std::span<const Field> fields();

/// Fills what owner (the table's struct) has under present keys; a null counts as absent. Missing
/// required keys are problems, keys outside the table are unknown, with a guess at what was meant.
void decode_fields(std::span<const Field> table, const core::Value& value, Decoder& decoder,
                   void* owner);
/// An object, maybe empty, in the table's order: required fields always, others unless default.
core::Value encode_fields(std::span<const Field> table, const void* owner);
/// An OpenAPI v3 schema of type object. defaults: a default-constructed struct of the table.
core::Value schema_of(std::span<const Field> table, const void* defaults);

/// How a type is read, written and described. The general case is a struct with a table.
template <class T>
struct Codec {
    /// Never fails: what is wrong is told to the decoder, and the value is then of no use.
    static T decode(const core::Value& value, const Bounds&, Decoder& decoder) {
        T out;
        decode_fields(fields<T>(), value, decoder, &out);
        return out;
    }
    static core::Value encode(const T& value) { return encode_fields(fields<T>(), &value); }
    /// The table's own bounds count; those of the field that holds the struct do not.
    static core::Value schema(const Bounds&) {
        const T defaults;
        return schema_of(fields<T>(), &defaults);
    }
};

namespace detail {

template <class>
struct Member;
template <class O, class T>
struct Member<T O::*> {
    using Owner = O;
    using Type = T;
};
template <auto kMember>
using OwnerOf = typename Member<decltype(kMember)>::Owner;
template <auto kMember>
using TypeOf = typename Member<decltype(kMember)>::Type;

template <auto kMember>
void decode_member(const core::Value& value, const Field& field, Decoder& decoder, void* owner) {
    static_cast<OwnerOf<kMember>*>(owner)->*kMember =
        Codec<TypeOf<kMember>>::decode(value, field.bounds, decoder);
}

template <auto kMember>
std::optional<core::Value> encode_member(const void* owner, bool always) {
    const auto& held = static_cast<const OwnerOf<kMember>*>(owner)->*kMember;
    if (!always && held == OwnerOf<kMember>{}.*kMember) return std::nullopt;
    return Codec<TypeOf<kMember>>::encode(held);
}

template <auto kMember>
constexpr Field field(std::string_view key, Presence presence, const Bounds& bounds) {
    return {key,
            presence,
            bounds,
            &decode_member<kMember>,
            &encode_member<kMember>,
            &Codec<TypeOf<kMember>>::schema};
}

template <auto kMember, class Alternative>
void decode_choice(const core::Value& value, const Field& field, Decoder& decoder, void* owner) {
    auto& held = static_cast<OwnerOf<kMember>*>(owner)->*kMember;
    if (held.index() != 0) decoder.problem(value, "stands beside another choice; give exactly one");
    held = Codec<Alternative>::decode(value, field.bounds, decoder);
}

template <auto kMember, class Alternative>
std::optional<core::Value> encode_choice(const void* owner, bool) {
    const auto& held = static_cast<const OwnerOf<kMember>*>(owner)->*kMember;
    const auto* chosen = std::get_if<Alternative>(&held);
    if (chosen == nullptr) return std::nullopt;
    return Codec<Alternative>::encode(*chosen);
}

}  // namespace detail

/// A key that must be there; an empty text or list in its place is refused.
template <auto kMember>
constexpr Field required(std::string_view key, Bounds bounds = {}) {
    return detail::field<kMember>(key, Presence::kRequired, bounds);
}

/// A key that may be absent; the member then keeps the struct's default.
template <auto kMember>
constexpr Field optional(std::string_view key, Bounds bounds = {}) {
    return detail::field<kMember>(key, Presence::kOptional, bounds);
}

/// A key for which the CRD, too, gives the struct's default.
template <auto kMember>
constexpr Field defaulted(std::string_view key, Bounds bounds = {}) {
    return detail::field<kMember>(key, Presence::kDefaulted, bounds);
}

/// One of several keys that fill the same variant, whose first alternative means none.
template <auto kMember, class Alternative>
constexpr Field choice(std::string_view key) {
    return {key,
            Presence::kOptional,
            {},
            &detail::decode_choice<kMember, Alternative>,
            &detail::encode_choice<kMember, Alternative>,
            &Codec<Alternative>::schema};
}

/// A key that is known and not ours to read: apiVersion and kind, which the dialect decides.
constexpr Field elsewhere(std::string_view key) {
    return {key, Presence::kElsewhere, {}, nullptr, nullptr, nullptr};
}

}  // namespace stackseal::api
