// SPDX-License-Identifier: Apache-2.0
// Which structs and enums have a table, so that one kind's table can use another's.
#pragma once

#include "controller/api/object.hpp"
#include "controller/api/scalars.hpp"

namespace stackseal::api {

template <>
std::span<const Field> fields<OwnerReference>();
template <>
std::span<const Field> fields<Condition>();
template <>
std::span<const Field> fields<IssuerRef>();
template <>
std::span<const Field> fields<SubjectSpec>();
template <>
std::span<const Field> fields<PrivateKeySpec>();
template <>
std::span<const Field> fields<Certificate>();
template <>
std::span<const Field> fields<Issuer>();
template <>
std::span<const Field> fields<Namespace>();

template <>
std::span<const std::string_view> enum_names<core::KeyAlgorithm>();
template <>
std::span<const std::string_view> enum_names<core::KeyEncoding>();
template <>
std::span<const std::string_view> enum_names<core::Usage>();
template <>
std::span<const std::string_view> enum_names<RotationPolicy>();

/// Metadata is read leniently, and its names are checked: local mode makes paths of them.
template <>
struct Codec<Meta> {
    /// Name and namespace must be such by RFC 1123; keys that we do not read are passed over.
    static Meta decode(const core::Value& value, const Bounds& bounds, Decoder& decoder);
    /// What we know of metadata; defaults are left out, so this is no body for a replacement.
    static core::Value encode(const Meta& meta);
    /// A bare object: the API server knows metadata by itself.
    static core::Value schema(const Bounds& bounds);
};

template <>
struct Codec<Secret> {
    /// data in base64, stringData over it. At most 1 MiB in all; no message quotes a value.
    static Secret decode(const core::Value& value, const Bounds& bounds, Decoder& decoder);
};

/// The bounds of conditions, of apimachinery's metav1.Condition.
inline constexpr Bounds kConditions{.items = 16, .keyed_by = "type"};

// The bodies of codec.hpp's templates; each kind's source instantiates what it offers.

/// For this and the three below: the contract stands in codec.hpp.
template <class T>
Decoded<T> decode(const core::Value& document) {
    Decoder decoder;
    T value = Codec<T>::decode(document, {}, decoder);
    return {std::move(value), decoder.take_problems(), decoder.take_unknown()};
}

/// Instantiated in each kind's source only.
template <class T>
core::Value encode(const T& object) {
    core::Value document;
    const core::ResourceTraits& resource = core::traits(kResourceOf<T>);
    document.set("apiVersion", core::Value::of(resource.api_version()));
    document.set("kind", core::Value::of(resource.kind));
    core::Value body = encode_fields(fields<T>(), &object);
    for (auto& [key, value] : std::get<core::Value::Object>(body.held))
        document.set(key, std::move(value));
    return document;
}

/// By the status's own table; fields that equal their default are left out.
template <class T>
core::Value encode_status(const T& object) {
    return Codec<decltype(object.status)>::encode(object.status);
}

/// Of the whole object: metadata is a bare object in it.
template <class T>
core::Value schema() {
    return Codec<T>::schema({});
}

}  // namespace stackseal::api
