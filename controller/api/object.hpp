// SPDX-License-Identifier: Apache-2.0
// Any object that is watched, as an immutable snapshot.
#pragma once

#include <memory>
#include <variant>

#include "controller/api/certificate.hpp"
#include "controller/api/issuer.hpp"
#include "controller/api/secret.hpp"

namespace stackseal::api {

template <class T>
using Snapshot = std::shared_ptr<const T>;

/// The alternatives stand in the order of core::Resource. A null snapshot: the object is absent.
using Object = std::variant<Snapshot<Certificate>, Snapshot<Issuer>, Snapshot<SecretFacts>,
                            Snapshot<Namespace>>;

template <class T>
inline constexpr core::Resource kResourceOf = core::Resource::kCertificate;
template <>
inline constexpr core::Resource kResourceOf<Issuer> = core::Resource::kIssuer;
template <>
inline constexpr core::Resource kResourceOf<SecretFacts> = core::Resource::kSecret;
template <>
inline constexpr core::Resource kResourceOf<Namespace> = core::Resource::kNamespace;

/// The object's metadata, or null for an absent one.
const Meta* meta_of(const Object& object);

/// Which resource the alternative is of; known for an absent object, too.
core::Resource resource_of(const Object& object);

/// The name of a present object.
core::Ref ref_of(const Object& object);

/// An absent object of a resource.
Object absent(core::Resource resource);

/// True if nothing but status (and what the server counts along: resourceVersion) differs.
/// False when either is absent, and for kinds without status.
bool differ_in_status_only(const Object& before, const Object& after);

}  // namespace stackseal::api
