// SPDX-License-Identifier: Apache-2.0
// The strict decoder against the forms that RFC 3629 forbids.
#include "controller/observe/utf8.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace stackseal::observe {
namespace {

TEST(Utf8, DecodesWhatIsWellFormed) {
    struct Row {
        std::string_view text;
        char32_t point;
        std::size_t length;
    };
    const std::vector<Row> rows = {{"a", U'a', 1},
                                   {"\x7f", 0x7F, 1},
                                   {"\xc2\x80", 0x80, 2},
                                   {"ü", U'ü', 2},
                                   {"\xe0\xa0\x80", 0x800, 3},
                                   {"€", U'€', 3},
                                   {"\xef\xbf\xbf", 0xFFFF, 3},
                                   {"\xf0\x90\x80\x80", 0x10000, 4},
                                   {"😀", U'😀', 4},
                                   {"\xf4\x8f\xbf\xbf", 0x10FFFF, 4}};
    for (const Row& row : rows) {
        const Rune rune = rune_at(row.text, 0);
        EXPECT_TRUE(rune.valid) << row.text;
        EXPECT_EQ(rune.point, row.point);
        EXPECT_EQ(rune.length, row.length);
    }
}

TEST(Utf8, RefusesWhatIsNot) {
    for (const std::string_view text :
         {"\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xc3", "\xc3(", "\xe0\x80\x80", "\xe0\x9f\xbf",
          "\xe2\x82", "\xed\xa0\x80", "\xed\xbf\xbf", "\xf0\x80\x80\x80", "\xf4\x90\x80\x80",
          "\xf5\x80\x80\x80", "\xff", "\xfe"}) {
        const Rune rune = rune_at(text, 0);
        EXPECT_FALSE(rune.valid) << text;
        EXPECT_EQ(rune.length, 1U);
        EXPECT_EQ(rune.point, 0xFFFDU);
    }
}

TEST(Utf8, KnowsWhatHidesOrReordersText) {
    for (const char32_t point : {0x00U, 0x1BU, 0x0AU, 0x7FU, 0x85U, 0x9FU, 0x200BU, 0x200FU,
                                 0x2028U, 0x202EU, 0x2066U, 0x2069U, 0xFEFFU, 0xE0041U})
        EXPECT_TRUE(is_invisible(point)) << static_cast<unsigned>(point);
    for (const char32_t point : {0x20U, 0x7EU, 0xA0U, 0xFCU, 0x2010U, 0x20ACU, 0xFFFDU, 0x1F600U})
        EXPECT_FALSE(is_invisible(point)) << static_cast<unsigned>(point);
}

TEST(Utf8, CutsBetweenRunes) {
    EXPECT_EQ(cut("abc", 3), "abc");
    EXPECT_EQ(cut("abc", 2), "ab");
    EXPECT_EQ(cut("aü", 2), "a");
    EXPECT_EQ(cut("a€", 3), "a");
    EXPECT_EQ(cut("😀", 3), "");
    EXPECT_EQ(cut("abc", 0), "");
    EXPECT_EQ(cut("\x80\x80\x80\x80\x80\x80", 4).size(), 1U);  // not text at all: still bounded
}

TEST(Utf8, CleansAndBounds) {
    EXPECT_EQ(clean("ok", 10), "ok");
    EXPECT_EQ(clean("a\tb\nc", 10),
              "a\uFFFD"
              "b\nc");
    EXPECT_EQ(clean("\xff", 10), "\uFFFD");
    EXPECT_EQ(clean("\xff\xff", 4), "\uFFFD");
    EXPECT_EQ(clean("abcdef", 3), "abc");
}

}  // namespace
}  // namespace stackseal::observe
