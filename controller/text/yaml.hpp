// SPDX-License-Identifier: Apache-2.0
// YAML text to documents and back. The only home of yaml-cpp.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "controller/core/result.hpp"
#include "controller/core/value.hpp"

namespace stackseal::text {

/// All documents of a YAML stream, in order, each node with its line; empty documents are left out.
/// Scalars are typed by YAML 1.2's core schema (true/false, integers, floats, null; quoted: text).
/// Errors: kInvalid, "line 7, column 3: …", for malformed text, a key that stands twice in a
/// mapping, anchors and aliases, custom tags, keys that are not text, over limits.bytes (1 MiB) or
/// 64 levels.
core::Result<std::vector<core::Value>> parse_yaml(std::string_view text);

/// One document as block-style YAML; text that would read back as another type is quoted.
std::string to_yaml(const core::Value& document);

}  // namespace stackseal::text
