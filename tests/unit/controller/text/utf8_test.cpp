// SPDX-License-Identifier: Apache-2.0
// UTF-8, well-formed and not, by the rows of Unicode's table 3-7.
#include "controller/text/utf8.hpp"

#include <gtest/gtest.h>

#include <string>

namespace stackseal::text {
namespace {

/// The bytes of a code point by the bit layout alone, surrogates and too large ones included.
std::string encoded(std::uint32_t point) {
    const auto byte = [](std::uint32_t bits) { return static_cast<char>(bits); };
    if (point < 0x80) return {byte(point)};
    if (point < 0x800) return {byte(0xC0 | point >> 6U), byte(0x80 | (point & 63U))};
    if (point < 0x10000)
        return {byte(0xE0 | point >> 12U), byte(0x80 | (point >> 6U & 63U)),
                byte(0x80 | (point & 63U))};
    return {byte(0xF0 | point >> 18U), byte(0x80 | (point >> 12U & 63U)),
            byte(0x80 | (point >> 6U & 63U)), byte(0x80 | (point & 63U))};
}

TEST(Utf8, CodePointsAreWellFormedButSurrogatesAndThoseBeyond) {
    // All of two bytes, and a step that meets every row of the table above.
    for (std::uint32_t point = 0; point < 0x120000; point += point < 0x1000 ? 1 : 15) {
        const std::string bytes = encoded(point);
        const bool good = point <= 0x10FFFF && (point < 0xD800 || point > 0xDFFF);
        ASSERT_EQ(utf8_length(bytes, 0), good ? bytes.size() : 0U) << point;
        const std::string cut =
            bytes.substr(0, bytes.size() - 1) + (bytes.size() > 1 ? "" : "\xff");
        ASSERT_EQ(utf8_length(cut, 0), 0U) << point;
    }
}

TEST(Utf8, OverlongAndStrayBytesAreNot) {
    for (const std::string bytes : {"\x80", "\xBF", "\xC0\x80", "\xC1\xBF", "\xE0\x9F\xBF",
                                    "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF8\x88\x80\x80\x80",
                                    "\xFE", "\xFF", "\xC3(", "\xE2\x82(", "\xF0\x9F\x98("})
        EXPECT_EQ(utf8_length(bytes, 0), 0U) << testing::PrintToString(bytes);
}

TEST(Utf8, TheValidPrefixEndsAtTheFirstFault) {
    EXPECT_EQ(utf8_valid_prefix(""), 0U);
    EXPECT_EQ(utf8_valid_prefix("aé😀"), 7U);
    EXPECT_EQ(utf8_valid_prefix("aé\xff😀"), 3U);
    EXPECT_EQ(utf8_valid_prefix(std::string("a\0b", 3)), 3U);
}

}  // namespace
}  // namespace stackseal::text
