// SPDX-License-Identifier: Apache-2.0
// What a request says stands between separators: in its path, its query and its headers.
#pragma once

#include <string_view>

namespace stackseal::observe {

/// Takes the text up to a separator, or all of it, away from the front.
inline std::string_view take_until(std::string_view& text, char separator) {
    const auto end = text.find(separator);
    const std::string_view piece = text.substr(0, end);
    text = end == text.npos ? std::string_view{} : text.substr(end + 1);
    return piece;
}

}  // namespace stackseal::observe
