// SPDX-License-Identifier: Apache-2.0
// Foreign text made fit for a log line or a label: valid UTF-8, nothing invisible, bounded.
#pragma once

#include <string>
#include <string_view>

namespace stackseal::observe {

/// One code point of a text. An invalid byte is a rune of length 1 with point U+FFFD.
struct Rune {
    char32_t point = 0;
    std::size_t length = 1;  ///< bytes
    bool valid = true;
};

/// The rune at a byte position; at must be inside the text.
/// Source: RFC 3629 (no overlong forms, no surrogates, at most U+10FFFF).
Rune rune_at(std::string_view text, std::size_t at);

/// Controls (C0, DEL, C1), line and paragraph separators, and what reorders or hides text.
bool is_invisible(char32_t point);

/// At most limit bytes, cut between runes.
std::string_view cut(std::string_view text, std::size_t limit);

/// Valid UTF-8 of at most limit bytes: what is invalid or invisible becomes U+FFFD, but newlines
/// stay.
std::string clean(std::string_view text, std::size_t limit);

}  // namespace stackseal::observe
