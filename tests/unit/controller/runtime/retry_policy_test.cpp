// SPDX-License-Identifier: Apache-2.0
// The table of style-anchors 5.5, row by row.
#include "controller/runtime/retry_policy.hpp"

#include <gtest/gtest.h>

#include <set>

#include "controller/runtime/jitter.hpp"

namespace stackseal::runtime {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

const core::Instant kNow{milliseconds(1'790'000'000'000)};

Pass pass(int failures, const std::string& name = "keystone") {
    return {{core::Resource::kCertificate, "openstack", name}, failures, kNow};
}

core::Result<core::Next> failed(core::Code code, std::int64_t retry_after = 0) {
    return core::Error{code, "message", retry_after};
}

TEST(RetryPolicy, WaitsForAChangeAfterASuccessWithoutATime) {
    EXPECT_EQ(judge(core::Next{}, pass(0)), (Verdict{Outcome::kSuccess, std::nullopt}));
}

TEST(RetryPolicy, ComesAgainWhenThePlanSays) {
    EXPECT_EQ(judge(core::Next{.at = kNow + hours(9)}, pass(0)),
              (Verdict{Outcome::kRequeueAfter, hours(9)}));
}

TEST(RetryPolicy, APlanThatNamesThePastDoesNotSpin) {
    for (const core::Instant at : {kNow, kNow - hours(1), kNow + milliseconds(1)})
        EXPECT_EQ(judge(core::Next{.at = at}, pass(0)).after, milliseconds(100));
}

struct Row {
    core::Code code;
    int failures;
    milliseconds least;
    milliseconds most;
    Outcome outcome = Outcome::kError;
    bool terminal = false;
};

class RetryRow : public testing::TestWithParam<Row> {};

TEST_P(RetryRow, KeepsItsBounds) {
    const Row& row = GetParam();
    for (const char* name : {"a", "b", "keystone", "nova", "placement"}) {
        const Verdict verdict = judge(failed(row.code), pass(row.failures, name));
        ASSERT_TRUE(verdict.after);
        EXPECT_GE(*verdict.after, row.least) << name;
        EXPECT_LE(*verdict.after, row.most) << name;
        EXPECT_EQ(verdict.outcome, row.outcome);
        EXPECT_EQ(verdict.terminal, row.terminal);
    }
}

INSTANTIATE_TEST_SUITE_P(
    Table, RetryRow,
    testing::Values(
        Row{core::Code::kConflict, 1, milliseconds(0), milliseconds(0), Outcome::kRequeue},
        Row{core::Code::kConflict, 2, milliseconds(50), milliseconds(50), Outcome::kRequeue},
        Row{core::Code::kConflict, 3, milliseconds(250), milliseconds(250), Outcome::kRequeue},
        Row{core::Code::kConflict, 4, milliseconds(666), seconds(1), Outcome::kRequeue},
        Row{core::Code::kConflict, 6, milliseconds(2666), seconds(4), Outcome::kRequeue},
        Row{core::Code::kConflict, 1000, seconds(200), minutes(5), Outcome::kRequeue},
        Row{core::Code::kUnavailable, 1, milliseconds(666), seconds(1)},
        Row{core::Code::kUnavailable, 2, milliseconds(1333), seconds(2)},
        Row{core::Code::kUnavailable, 5, milliseconds(10'666), seconds(16)},
        Row{core::Code::kUnavailable, 9, seconds(170), seconds(256)},
        Row{core::Code::kUnavailable, 10, seconds(200), minutes(5)},
        Row{core::Code::kUnavailable, 1'000'000, seconds(200), minutes(5)},
        Row{core::Code::kInternal, 1, milliseconds(3333), seconds(5)},
        Row{core::Code::kInternal, 100, seconds(200), minutes(5)},
        Row{core::Code::kThrottled, 1, seconds(1), milliseconds(1100)},
        Row{core::Code::kThrottled, 50, seconds(1), milliseconds(1100)},
        Row{core::Code::kDenied, 1, seconds(10), seconds(15)},
        Row{core::Code::kDenied, 3, seconds(40), seconds(60)},
        Row{core::Code::kDenied, 100, seconds(400), minutes(10)},
        Row{core::Code::kNotFound, 1, seconds(200), minutes(5)},
        Row{core::Code::kNotFound, 100, seconds(200), minutes(5)},
        Row{core::Code::kInvalid, 1, minutes(40), hours(1), Outcome::kError, true},
        Row{core::Code::kInvalid, 100, minutes(40), hours(1), Outcome::kError, true},
        Row{core::Code::kCorrupt, 1, minutes(40), hours(1), Outcome::kError, true}));

TEST(RetryPolicy, WaitsAtLeastAsLongAsTold) {
    const auto throttled = *judge(failed(core::Code::kThrottled, 30), pass(1)).after;
    EXPECT_GE(throttled, seconds(30));
    EXPECT_LE(throttled, seconds(33));
    EXPECT_GE(*judge(failed(core::Code::kUnavailable, 30), pass(1)).after, seconds(30));
}

TEST(RetryPolicy, DoesNotBelieveAbsurdWaits) {
    for (const std::int64_t told : {std::int64_t{1'000'000}, std::int64_t{1} << 62U}) {
        EXPECT_EQ(judge(failed(core::Code::kThrottled, told), pass(1)).after, hours(1));
        EXPECT_EQ(judge(failed(core::Code::kUnavailable, told), pass(1)).after, hours(1));
    }
    EXPECT_LE(*judge(failed(core::Code::kThrottled, -5), pass(1)).after, milliseconds(1100));
}

TEST(RetryPolicy, DropsWhatWasCancelled) {
    EXPECT_EQ(judge(failed(core::Code::kCancelled), pass(1)),
              (Verdict{Outcome::kDropped, std::nullopt}));
    EXPECT_FALSE(counts_as_failure(core::Code::kCancelled));
    EXPECT_TRUE(counts_as_failure(core::Code::kConflict));
}

TEST(RetryPolicy, IsDeterministicAndScattersKeysAndAttempts) {
    std::set<milliseconds> waits;
    for (int i = 0; i < 50; ++i) {
        const Pass one = pass(20, "service-" + std::to_string(i));
        const auto after = *judge(failed(core::Code::kUnavailable), one).after;
        EXPECT_EQ(judge(failed(core::Code::kUnavailable), one).after, after);
        waits.insert(after);
    }
    EXPECT_GT(waits.size(), 45U);
    EXPECT_NE(judge(failed(core::Code::kUnavailable), pass(20)).after,
              judge(failed(core::Code::kUnavailable), pass(21)).after);
}

TEST(RetryPolicy, NamesOutcomesAsControllerRuntimeDoes) {
    EXPECT_EQ(to_string(Outcome::kSuccess), "success");
    EXPECT_EQ(to_string(Outcome::kRequeueAfter), "requeue_after");
    EXPECT_EQ(to_string(Outcome::kRequeue), "requeue");
    EXPECT_EQ(to_string(Outcome::kError), "error");
    EXPECT_EQ(to_string(Outcome::kDropped), "");
}

TEST(Jitter, SpreadsEvenly) {
    int tenths[10] = {};
    for (std::uint64_t i = 0; i < 10'000; ++i) {
        const double fraction = fraction_of("host-" + std::to_string(i % 100), i / 100);
        ASSERT_GE(fraction, 0.0);
        ASSERT_LT(fraction, 1.0);
        ++tenths[static_cast<int>(fraction * 10)];
    }
    for (const int count : tenths) EXPECT_NEAR(count, 1000, 150);
}

TEST(Jitter, IsTheSameInEveryBuild) {
    EXPECT_DOUBLE_EQ(fraction_of("a", 1), fraction_of("a", 1));
    EXPECT_NE(fraction_of("a", 1), fraction_of("a", 2));
    EXPECT_NE(fraction_of("a", 1), fraction_of("b", 1));
}

}  // namespace
}  // namespace stackseal::runtime
