// SPDX-License-Identifier: Apache-2.0
// What an API server would make up for an object, made up the same way at each start; and which
// names may become paths.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "controller/core/ref.hpp"
#include "controller/core/result.hpp"

namespace stackseal::local {

/// A UUID (RFC 9562, version 8) that depends on the name and on salt alone.
std::string uid_of(const core::Ref& ref, std::string_view salt = "");

/// A positive number below 2^53 (exact in JSON) that depends on the text alone.
std::int64_t generation_of(std::string_view spec);

/// At most 253 characters; lower-case letters, digits, '-' and '.', each label begun and ended by
/// a letter or digit. Source: RFC 1123 2.1 as Kubernetes applies it to metadata.name.
bool is_object_name(std::string_view name);

/// One label of an object name, at most 63 characters: a namespace's name.
bool is_namespace_name(std::string_view name);

/// Letters, digits, '-', '_' and '.', at most 253; not "." nor begun by "..".
/// Source: Kubernetes' IsConfigMapKey.
bool is_secret_key(std::string_view key);

/// kInvalid, with the value, for a reference whose names could not stand in a path.
core::Result<void> check_names(const core::Ref& ref);

}  // namespace stackseal::local
