// SPDX-License-Identifier: Apache-2.0
// Digests and their text.
#pragma once

#include <string>
#include <string_view>

namespace stackseal::pki {

/// Lower-case hexadecimal text of bytes.
std::string hex(std::string_view bytes);

/// The bytes of hexadecimal text that hex() wrote.
std::string unhex(std::string_view text);

/// 32 octets.
std::string sha256(std::string_view bytes);

/// 20 octets. For key identifiers only, where nothing hangs on collisions (RFC 5280 4.2.1.2).
std::string sha1(std::string_view bytes);

}  // namespace stackseal::pki
