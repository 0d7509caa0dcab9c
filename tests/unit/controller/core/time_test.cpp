// SPDX-License-Identifier: Apache-2.0
// RFC 3339 both ways.
#include "controller/core/time.hpp"

#include <gtest/gtest.h>

namespace stackseal::core {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

struct Read {
    std::string text;
    std::int64_t unix_seconds;
};

class TimeRead : public testing::TestWithParam<Read> {};

TEST_P(TimeRead, IsUnderstood) {
    const auto time = parse_rfc3339(GetParam().text);
    ASSERT_TRUE(time) << time.error().message;
    EXPECT_EQ(time->time_since_epoch().count(), GetParam().unix_seconds);
}

INSTANTIATE_TEST_SUITE_P(
    Forms, TimeRead,
    testing::Values(Read{"1970-01-01T00:00:00Z", 0}, Read{"2026-11-24T03:40:00Z", 1795491600},
                    Read{"2026-11-24t03:40:00z", 1795491600},
                    Read{"2026-11-24 03:40:00Z", 1795491600},
                    Read{"2026-11-24T04:40:00+01:00", 1795491600},
                    Read{"2026-11-23T22:10:00-05:30", 1795491600},
                    Read{"2026-11-24T03:40:00.999999Z", 1795491600},
                    Read{"2026-11-24T03:40:00.1+00:00", 1795491600},
                    Read{"2024-02-29T00:00:00Z", 1709164800},
                    Read{"2016-12-31T23:59:60Z", 1483228800},  // a leap second is the next one
                    Read{"1969-12-31T23:59:59Z", -1}, Read{"9999-12-31T23:59:59Z", 253402300799},
                    Read{"0001-01-01T00:00:00Z", -62135596800}));

class TimeRefused : public testing::TestWithParam<std::string> {};

TEST_P(TimeRefused, IsInvalid) {
    const auto time = parse_rfc3339(GetParam());
    ASSERT_FALSE(time) << format_rfc3339(*time);
    EXPECT_EQ(time.error().code, Code::kInvalid);
}

INSTANTIATE_TEST_SUITE_P(
    Forms, TimeRefused,
    testing::Values("", "2026-11-24", "2026-11-24T03:40:00", "2026-11-24T03:40Z",
                    "2026-11-24T03:40:00 Z", "2026-11-24T24:00:00Z", "2026-11-24T03:60:00Z",
                    "2026-11-24T03:40:61Z", "2026-13-24T03:40:00Z", "2026-00-24T03:40:00Z",
                    "2026-02-30T03:40:00Z", "2025-02-29T00:00:00Z", "2026-11-00T03:40:00Z",
                    "2026-11-24T03:40:00.Z", "2026-11-24T03:40:00+0100",
                    "2026-11-24T03:40:00+24:00", "2026-11-24T03:40:00+01:60",
                    "2026-11-24T03:40:00Zx", "x2026-11-24T03:40:00Z", "20261124T034000Z",
                    "2026-11-24T-3:40:00Z", "2026/11/24T03:40:00Z", "+026-11-24T03:40:00Z",
                    "0000-01-01T00:00:00+00:01", "9999-12-31T23:59:00-00:01",
                    "9999-12-31T23:59:60Z", std::string("2026-11-24T03:40:00Z\0", 21)));

TEST(Time, IsWrittenAsKubernetesWritesIt) {
    EXPECT_EQ(format_rfc3339(Time(seconds(1795491600))), "2026-11-24T03:40:00Z");
    EXPECT_EQ(format_rfc3339(Time(seconds(-1))), "1969-12-31T23:59:59Z");
    EXPECT_EQ(format_rfc3339(*parse_rfc3339("0009-01-01T00:00:00Z")), "0009-01-01T00:00:00Z");
}

TEST(Time, MicrosecondsAreWrittenWithSixDigits) {
    EXPECT_EQ(format_rfc3339_micro(Instant(milliseconds(1795491600007))),
              "2026-11-24T03:40:00.007000Z");
    EXPECT_EQ(format_rfc3339_micro(Instant(milliseconds(-1))), "1969-12-31T23:59:59.999000Z");
}

TEST(Time, InstantsAreCutToTheSecondBefore) {
    EXPECT_EQ(seconds_of(Instant(milliseconds(1999))), Time(seconds(1)));
    EXPECT_EQ(seconds_of(Instant(milliseconds(-1))), Time(seconds(-1)));
}

TEST(Time, WhatIsWrittenReadsBack) {
    for (std::int64_t at = -62135596800; at < 253402300800; at += 86400LL * 97 + 3607)
        ASSERT_EQ(*parse_rfc3339(format_rfc3339(Time(seconds(at)))), Time(seconds(at))) << at;
}

}  // namespace
}  // namespace stackseal::core
