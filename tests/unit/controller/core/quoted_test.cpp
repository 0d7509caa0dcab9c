// SPDX-License-Identifier: Apache-2.0
// Foreign text in messages.
#include "controller/core/quoted.hpp"

#include <gtest/gtest.h>

#include "controller/core/duration.hpp"
#include "controller/core/time.hpp"

namespace stackseal::core {
namespace {

TEST(Quoted, StandsInQuotesOnOneLine) {
    EXPECT_EQ(core::quoted("90d"), "\"90d\"");
    EXPECT_EQ(core::quoted(""), "\"\"");
    EXPECT_EQ(core::quoted("a\nb\x7f\x1b[2J"), "\"a?b??[2J\"");
}

TEST(Quoted, IsCutAt64BytesBetweenCharacters) {
    EXPECT_EQ(core::quoted(std::string(64, 'x')), '"' + std::string(64, 'x') + '"');
    EXPECT_EQ(core::quoted(std::string(65, 'x')), '"' + std::string(64, 'x') + "…\"");
    EXPECT_EQ(core::quoted(std::string(63, 'x') + "é"), '"' + std::string(63, 'x') + "…\"");
}

TEST(Plain, IsCutWhereItIsToldTo) {
    EXPECT_EQ(plain("keystone", 8), "keystone");
    EXPECT_EQ(plain("keystone", 3), "key…");
    EXPECT_EQ(plain("é", 1), "…");
    EXPECT_EQ(plain("a\tb", 9), "a?b");
}

TEST(Quoted, AMessageAboutATimeIsOneLine) {
    EXPECT_EQ(parse_duration("1h\n").error().message.find('\n'), std::string::npos);
    EXPECT_EQ(parse_rfc3339("now\n").error().message.find('\n'), std::string::npos);
}

}  // namespace
}  // namespace stackseal::core
