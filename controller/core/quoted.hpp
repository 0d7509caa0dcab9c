// SPDX-License-Identifier: Apache-2.0
// Foreign text made fit for a message: one line, bounded, nothing that steers a terminal.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace stackseal::core {

/// At most `most` bytes, cut between characters and then marked by "…"; control characters
/// become '?'.
std::string plain(std::string_view text, std::size_t most);

/// The same in double quotes, of 64 bytes: how a value stands in a message.
std::string quoted(std::string_view text);

}  // namespace stackseal::core
