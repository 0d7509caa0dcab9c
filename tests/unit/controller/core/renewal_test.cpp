// SPDX-License-Identifier: Apache-2.0
// When a certificate is due: the rule, its fall-back, and the jitter's bounds.
#include "controller/core/renewal.hpp"

#include <gtest/gtest.h>

#include <set>

namespace stackseal::core {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr Time kStart{seconds(1'800'000'000)};

struct Due {
    std::string what;
    seconds lifetime;
    RenewalRule rule;
    seconds reserve;
};

class RenewalRules : public testing::TestWithParam<Due> {};

TEST_P(RenewalRules, KeepTheReserve) {
    const Due& due = GetParam();
    const Time end = kStart + due.lifetime;
    EXPECT_EQ(end - renewal_time(kStart, end, due.rule), due.reserve) << due.what;
}

INSTANTIATE_TEST_SUITE_P(
    Table, RenewalRules,
    testing::Values(
        Due{"a third by default", hours(2160), {}, hours(720)},
        Due{"as asked", hours(2160), {.before = hours(24)}, hours(24)},
        Due{"never in the first fifth", hours(10), {.before = hours(8) + seconds(1)}, hours(8)},
        Due{"at its end", hours(10), {.before = hours(8)}, hours(8)},
        Due{"all of it does not fit", hours(3), {.before = hours(3)}, hours(1)},
        Due{"more than it does not fit", hours(3), {.before = hours(4)}, hours(1)},
        Due{"nothing is no reserve", hours(3), {.before = hours(0)}, hours(1)},
        Due{"a share", hours(100), {.before_percentage = 25}, hours(25)},
        Due{"a large share", hours(100), {.before_percentage = 99}, hours(80)},
        Due{"a share that rounds to nothing", seconds(50), {.before_percentage = 1}, seconds(16)},
        Due{"a hundred years", hours(876000), {.before_percentage = 75}, hours(657000)}));

TEST(RenewalJitter, IsTheSameForOneIdentity) {
    EXPECT_EQ(renewal_jitter(hours(720), "uid/1"), renewal_jitter(hours(720), "uid/1"));
}

TEST(RenewalJitter, DoesNotChangeBetweenBuilds) {
    // A changed value would move the renewal of every certificate in the field.
    EXPECT_EQ(renewal_jitter(hours(720), "").count(),
              static_cast<std::int64_t>(14695981039346656037ULL % 259201ULL));
}

TEST(RenewalJitter, SpreadsWithinATenth) {
    std::set<std::int64_t> seen;
    for (int i = 0; i < 1000; ++i) {
        const seconds jitter = renewal_jitter(hours(720), "uid/" + std::to_string(i));
        EXPECT_GE(jitter.count(), 0);
        EXPECT_LE(jitter, hours(72));
        seen.insert(jitter.count() / 3600 / 24);  // by day
        EXPECT_EQ(renewal_jitter(seconds(9), std::to_string(i)).count(), 0) << "no room to spread";
    }
    EXPECT_EQ(seen.size(), 3U) << "each of the three days gets its share";
}

TEST(RenewalJitter, OfNoReserveIsNone) {
    EXPECT_EQ(renewal_jitter(seconds(0), "x").count(), 0);
    EXPECT_EQ(renewal_jitter(seconds(-5), "x").count(), 0);
}

TEST(JitteredRenewal, IsNeverLaterAndNeverInTheFirstFifth) {
    for (int i = 0; i < 200; ++i) {
        const std::string identity = "uid/" + std::to_string(i);
        for (const int share : {1, 33, 50, 99}) {
            const RenewalRule rule{.before_percentage = share};
            const Time end = kStart + hours(24);
            const Time due = renewal_time(kStart, end, rule);
            const Time jittered = jittered_renewal_time(kStart, end, rule, identity);
            EXPECT_LE(jittered, due);
            EXPECT_GE(jittered, kStart + (end - kStart) / 5) << share;
        }
    }
}

}  // namespace
}  // namespace stackseal::core
