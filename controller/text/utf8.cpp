// SPDX-License-Identifier: Apache-2.0
// The table of well-formed UTF-8, as code.
#include "controller/text/utf8.hpp"

namespace stackseal::text {

namespace {

/// How long a sequence is and which second bytes it may have, by its first byte.
struct Lead {
    std::size_t length;
    unsigned char second_from, second_to;
};

Lead lead_of(unsigned char byte) {
    if (byte < 0x80) return {1, 0, 0};
    if (byte >= 0xC2 && byte <= 0xDF) return {2, 0x80, 0xBF};
    if (byte == 0xE0) return {3, 0xA0, 0xBF};
    if (byte == 0xED) return {3, 0x80, 0x9F};
    if (byte >= 0xE1 && byte <= 0xEF) return {3, 0x80, 0xBF};
    if (byte == 0xF0) return {4, 0x90, 0xBF};
    if (byte >= 0xF1 && byte <= 0xF3) return {4, 0x80, 0xBF};
    if (byte == 0xF4) return {4, 0x80, 0x8F};
    return {0, 0, 0};
}

bool within(char letter, unsigned char from, unsigned char to) {
    const auto byte = static_cast<unsigned char>(letter);
    return byte >= from && byte <= to;
}

}  // namespace

std::size_t utf8_length(std::string_view text, std::size_t at) {
    const Lead lead = lead_of(static_cast<unsigned char>(text[at]));
    if (lead.length <= 1) return lead.length;
    if (text.size() - at < lead.length) return 0;
    if (!within(text[at + 1], lead.second_from, lead.second_to)) return 0;
    for (std::size_t i = 2; i < lead.length; ++i)
        if (!within(text[at + i], 0x80, 0xBF)) return 0;
    return lead.length;
}

std::size_t utf8_valid_prefix(std::string_view text) {
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t length = utf8_length(text, at);
        if (length == 0) return at;
        at += length;
    }
    return at;
}

}  // namespace stackseal::text
