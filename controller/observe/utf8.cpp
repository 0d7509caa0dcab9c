// SPDX-License-Identifier: Apache-2.0
// A strict decoder: what it refuses could end a line or hide text in somebody's terminal.
#include "controller/observe/utf8.hpp"

namespace stackseal::observe {

namespace {

constexpr Rune kBroken{0xFFFD, 1, false};

/// Bytes of the sequence that a first byte opens; 0: it opens none.
std::size_t sequence_length(unsigned char first) {
    if (first < 0x80) return 1;
    if (first >= 0xC2 && first < 0xE0) return 2;
    if (first >= 0xE0 && first < 0xF0) return 3;
    if (first >= 0xF0 && first < 0xF5) return 4;
    return 0;
}

bool is_well_formed(char32_t point, std::size_t length) {
    if (length == 3) return point >= 0x800 && (point < 0xD800 || point > 0xDFFF);
    if (length == 4) return point >= 0x10000 && point <= 0x10FFFF;
    return true;
}

}  // namespace

Rune rune_at(std::string_view text, std::size_t at) {
    const auto first = static_cast<unsigned char>(text[at]);
    const std::size_t length = sequence_length(first);
    if (length == 1) return {first, 1, true};
    if (length == 0 || at + length > text.size()) return kBroken;
    char32_t point = first & (0xFFU >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) {
        const auto next = static_cast<unsigned char>(text[at + i]);
        if ((next & 0xC0U) != 0x80U) return kBroken;
        point = (point << 6U) | (next & 0x3FU);
    }
    return is_well_formed(point, length) ? Rune{point, length, true} : kBroken;
}

bool is_invisible(char32_t point) {
    const auto within = [point](char32_t from, char32_t to) {
        return point >= from && point <= to;
    };
    return within(0x00, 0x1F) || within(0x7F, 0x9F) || within(0x200B, 0x200F) ||
           within(0x2028, 0x202E) || within(0x2060, 0x206F) || point == 0xFEFF ||
           within(0xE0000, 0xE007F);
}

std::string_view cut(std::string_view text, std::size_t limit) {
    if (text.size() <= limit) return text;
    std::size_t end = limit;
    for (std::size_t back = 0; back < 3 && end > 0; ++back, --end)
        if ((static_cast<unsigned char>(text[end]) & 0xC0U) != 0x80U) break;
    return text.substr(0, end);
}

std::string clean(std::string_view text, std::size_t limit) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const Rune rune = rune_at(text, at);
        const bool kept = rune.valid && (rune.point == '\n' || !is_invisible(rune.point));
        const std::string_view piece = kept ? text.substr(at, rune.length) : "\xEF\xBF\xBD";
        if (out.size() + piece.size() > limit) break;
        out += piece;
        at += rune.length;
    }
    return out;
}

}  // namespace stackseal::observe
