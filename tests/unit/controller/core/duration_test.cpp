// SPDX-License-Identifier: Apache-2.0
// Durations: what the API's pattern takes, and nothing else.
#include "controller/core/duration.hpp"

#include <gtest/gtest.h>

namespace stackseal::core {
namespace {

using std::chrono::seconds;

struct Read {
    std::string text;
    std::int64_t seconds;
};

class DurationRead : public testing::TestWithParam<Read> {};

TEST_P(DurationRead, IsUnderstood) {
    const auto duration = parse_duration(GetParam().text);
    ASSERT_TRUE(duration) << duration.error().message;
    EXPECT_EQ(duration->count(), GetParam().seconds);
}

INSTANTIATE_TEST_SUITE_P(Forms, DurationRead,
                         testing::Values(Read{"0s", 0}, Read{"90s", 90}, Read{"1m", 60},
                                         Read{"2160h", 7776000}, Read{"1h30m", 5400},
                                         Read{"1h1s", 3601}, Read{"1h1m1s", 3661},
                                         Read{"000001h", 3600}, Read{"0h0m0s", 0},
                                         Read{"876000h", 3153600000}, Read{"999999s", 999999},
                                         Read{"999999m", 59999940}));

class DurationRefused : public testing::TestWithParam<std::string> {};

TEST_P(DurationRefused, IsInvalid) {
    const auto duration = parse_duration(GetParam());
    ASSERT_FALSE(duration) << duration->count();
    EXPECT_EQ(duration.error().code, Code::kInvalid);
}

INSTANTIATE_TEST_SUITE_P(Forms, DurationRefused,
                         testing::Values("", "h", "90", "90d", "1.5h", "-1h", "+1h", " 1h", "1h ",
                                         "1h 30m", "30m1h", "1h1h", "1s1m", "1H", "1234567h",
                                         "1h1234567m", "876001h", "876000h1s", "876000h1m",
                                         "999999h999999m999999s", std::string("1h\0", 3), "1hh",
                                         "٣h"));

TEST(Duration, ErrorsNameTheTextAndTheForm) {
    EXPECT_EQ(parse_duration("90d").error().message,
              "not a duration: \"90d\"; write hours, minutes and seconds, as in 1h30m");
    EXPECT_EQ(parse_duration("876001h").error().message, "duration 876001h is over 100 years");
    EXPECT_LT(parse_duration(std::string(1000, 'x')).error().message.size(), 200U);
}

TEST(Duration, IsWrittenInItsShortestForm) {
    EXPECT_EQ(format_duration(seconds(0)), "0s");
    EXPECT_EQ(format_duration(seconds(59)), "59s");
    EXPECT_EQ(format_duration(seconds(60)), "1m");
    EXPECT_EQ(format_duration(seconds(3600)), "1h");
    EXPECT_EQ(format_duration(seconds(3601)), "1h1s");
    EXPECT_EQ(format_duration(seconds(7776000)), "2160h");
}

TEST(Duration, WhatIsWrittenReadsBack) {
    for (std::int64_t count = 0; count <= kLongestDuration.count(); count = count * 3 + 7)
        EXPECT_EQ(*parse_duration(format_duration(seconds(count))), seconds(count)) << count;
    EXPECT_EQ(*parse_duration(format_duration(kLongestDuration)), kLongestDuration);
}

}  // namespace
}  // namespace stackseal::core
