// SPDX-License-Identifier: Apache-2.0
// What a plain YAML scalar means.
#pragma once

#include <optional>
#include <string_view>

#include "controller/core/value.hpp"

namespace stackseal::text {

/// The value of an unquoted scalar by YAML 1.2's core schema: null, true, false, integers (decimal,
/// 0o17, 0x1F), floats; anything else is text. An integer beyond 64 bits becomes a float.
/// Absent: a number that no document can hold (.inf, .nan, 1e999).
std::optional<core::Value> plain_scalar(std::string_view text);

}  // namespace stackseal::text
