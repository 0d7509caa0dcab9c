// SPDX-License-Identifier: Apache-2.0
// A report for people and for programs.
#pragma once

#include <string>

#include "app/inspect_report.hpp"
#include "controller/core/value.hpp"

namespace stackseal::app {

/// Several lines, the last one the result.
std::string to_text(const Report& report);

/// Keys in camelCase, times in RFC 3339, hexadecimal text in lower case. Absent: key and endpoint,
/// where there is none.
core::Value to_document(const Report& report);

/// "PKCS1" or "PKCS8", as the API spells it.
std::string_view encoding_text(core::KeyEncoding encoding);

}  // namespace stackseal::app
