// SPDX-License-Identifier: Apache-2.0
// Joining of text and numbers.
#include "controller/core/concat.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

namespace stackseal::core {
namespace {

TEST(Concat, TakesTextLettersAndNumbers) {
    EXPECT_EQ(concat("size: got ", 12, ',', std::string(" not "), std::string_view("13")),
              "size: got 12, not 13");
    EXPECT_EQ(concat(), "");
    EXPECT_EQ(concat(-1, std::numeric_limits<std::uint64_t>::max()), "-118446744073709551615");
}

TEST(Concat, ALetterIsNoNumber) {
    EXPECT_EQ(concat('7', 7), "77");
}

TEST(Join, PutsTheSeparatorBetween) {
    EXPECT_EQ(join(std::vector<std::string>{}, ", "), "");
    EXPECT_EQ(join(std::vector<std::string>{"a"}, ", "), "a");
    EXPECT_EQ(join(std::vector<std::string_view>{"a", "b", "c"}, ", "), "a, b, c");
}

TEST(Join, KeepsEmptyParts) {
    EXPECT_EQ(join(std::vector<std::string>{"", "b", ""}, ","), ",b,");
}

}  // namespace
}  // namespace stackseal::core
