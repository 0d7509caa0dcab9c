// SPDX-License-Identifier: Apache-2.0
// Scalars as both writers spell them: a JSON string is a YAML string, too.
#pragma once

#include <string>
#include <string_view>

namespace stackseal::text {

/// Appends a text in double quotes with JSON's escapes. Bytes that are no UTF-8 become U+FFFD.
void append_quoted(std::string& out, std::string_view text);

/// Appends the shortest text that reads back as the same double ("5.0", "1e+300"); what is not
/// finite becomes null.
void append_number(std::string& out, double number);

}  // namespace stackseal::text
