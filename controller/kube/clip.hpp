// SPDX-License-Identifier: Apache-2.0
// Text cut to a number of bytes, never inside a character.
#pragma once

#include <string_view>

namespace stackseal::kube {

/// At most limit bytes of UTF-8 text; a character that does not fit as a whole is left out.
inline std::string_view clip(std::string_view text, std::size_t limit) {
    if (text.size() <= limit) return text;
    while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0U) == 0x80U) --limit;
    return text.substr(0, limit);
}

}  // namespace stackseal::kube
