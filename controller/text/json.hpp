// SPDX-License-Identifier: Apache-2.0
// JSON text to documents and back. The only home of nlohmann/json.
#pragma once

#include <string>
#include <string_view>

#include "controller/core/result.hpp"
#include "controller/core/value.hpp"

namespace stackseal::text {

/// Limits of what is parsed; more is kInvalid before memory is spent.
struct Limits {
    std::size_t bytes = 64U << 20U;
    std::size_t depth = 64;
};

/// Errors: kInvalid with the byte offset and the reason; duplicate keys are refused.
core::Result<core::Value> parse_json(std::string_view text, const Limits& limits = {});

/// The same for Kubernetes answers: metadata.managedFields is skipped as it is read.
core::Result<core::Value> parse_kubernetes_json(std::string_view text, const Limits& limits = {});

/// Compact JSON, keys in the document's order, UTF-8; our own writer, so that a document with a
/// key passes through no buffer but the result.
std::string to_json(const core::Value& document);

/// The same, indented by two spaces, for people.
std::string to_pretty_json(const core::Value& document);

}  // namespace stackseal::text
