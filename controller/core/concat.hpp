// SPDX-License-Identifier: Apache-2.0
// Joins text and numbers into one string; std::format is absent from the platform's library.
#pragma once

#include <concepts>
#include <string>
#include <string_view>

namespace stackseal::core {

namespace detail {
inline void append(std::string& out, std::string_view text) {
    out.append(text);
}
inline void append(std::string& out, char letter) {
    out.push_back(letter);
}
template <std::integral N>
void append(std::string& out, N number) {
    out.append(std::to_string(number));
}
}  // namespace detail

/// concat("size: got ", 12) → "size: got 12".
template <class... Part>
std::string concat(const Part&... parts) {
    std::string out;
    (detail::append(out, parts), ...);
    return out;
}

/// join({"a", "b"}, ", ") → "a, b".
template <class Range>
std::string join(const Range& parts, std::string_view separator) {
    std::string out;
    bool first = true;
    for (const auto& part : parts) {
        if (!first) out.append(separator);
        first = false;
        out.append(part);
    }
    return out;
}

}  // namespace stackseal::core
