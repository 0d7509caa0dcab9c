// SPDX-License-Identifier: Apache-2.0
// Control characters are those of ASCII: what lies beyond is a matter of the log's escapes.
#include "controller/core/quoted.hpp"

#include <algorithm>

#include "controller/core/concat.hpp"

namespace stackseal::core {

namespace {

bool continues_a_character(char letter) {
    return (static_cast<unsigned char>(letter) & 0xC0U) == 0x80U;
}

bool is_control(char letter) {
    return static_cast<unsigned char>(letter) < 0x20 || letter == 0x7f;
}

}  // namespace

std::string plain(std::string_view text, std::size_t most) {
    std::size_t end = std::min(text.size(), most);
    while (end < text.size() && end > 0 && continues_a_character(text[end])) --end;
    std::string shown(text.substr(0, end));
    std::ranges::replace_if(shown, is_control, '?');
    if (end < text.size()) shown += "…";
    return shown;
}

std::string quoted(std::string_view text) {
    return concat('"', plain(text, 64), '"');
}

}  // namespace stackseal::core
