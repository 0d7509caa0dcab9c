// SPDX-License-Identifier: Apache-2.0
// What a failed system call says to a person: the path, the reason and what to do about it.
#pragma once

#include <string>
#include <string_view>

#include "controller/core/result.hpp"

namespace stackseal::local {

/// "cannot write STATE/x: No space left on device; free space there, it is tried again".
/// verb is "write", "read", …; number is the errno. Always kUnavailable: the disk may recover.
core::Error io_error(std::string_view verb, const std::string& path, int number);

}  // namespace stackseal::local
