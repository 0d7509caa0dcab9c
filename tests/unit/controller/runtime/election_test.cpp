// SPDX-License-Identifier: Apache-2.0
// All transitions of a lease as a table: no thread, no clock.
#include "controller/runtime/election.hpp"

#include <gtest/gtest.h>

namespace stackseal::runtime {
namespace {

using ports::LeaseRecord;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds kT0{5'000'000};
const core::Instant kWall{milliseconds(1'790'000'000'000)};

Moment at(milliseconds since_start) {
    return {kWall + since_start, kT0 + since_start};
}

Election candidate() {
    return {.identity = "me"};
}

LeaseRecord held_by(const std::string& holder) {
    return {holder, seconds(15), kWall - hours(1), kWall - hours(1), 4, "77"};
}

/// A candidate that just read this record.
Election having_read(std::optional<LeaseRecord> record) {
    return after_read(candidate(), std::move(record), kT0);
}

/// A leader whose renewal was asked for at the start.
Election leader() {
    return after_write(candidate(), held_by("me"), kT0);
}

TEST(Election, ReadsFirst) {
    EXPECT_EQ(next_step(candidate(), at(seconds(0))), ElectionStep(ReadLease{}));
}

TEST(Election, CreatesAnAbsentLease) {
    const LeaseRecord expected{"me", seconds(15), kWall, kWall, 0, ""};
    EXPECT_EQ(next_step(having_read(std::nullopt), at(seconds(0))),
              ElectionStep(WriteLease{expected}));
}

TEST(Election, TakesAReleasedLeaseAtOnce) {
    const LeaseRecord expected{"me", seconds(15), kWall, kWall, 5, "77"};
    EXPECT_EQ(next_step(having_read(held_by("")), at(seconds(0))),
              ElectionStep(WriteLease{expected}));
}

TEST(Election, KeepsItsOwnLeaseWithoutATransition) {
    LeaseRecord expected = held_by("me");
    expected.renewed = kWall;
    EXPECT_EQ(next_step(having_read(held_by("me")), at(seconds(0))),
              ElectionStep(WriteLease{expected}));
}

TEST(Election, WaitsUntilAnothersLeaseRanOutOnItsOwnClock) {
    const Election waiting = having_read(held_by("other"));
    EXPECT_EQ(next_step(waiting, at(milliseconds(14'999))), ElectionStep(AwaitLease{}));
    const core::Instant then = kWall + seconds(15);
    const LeaseRecord expected{"me", seconds(15), then, then, 5, "77"};
    EXPECT_EQ(next_step(waiting, at(seconds(15))), ElectionStep(WriteLease{expected}));
}

TEST(Election, HonoursTheDurationThatTheHolderWrote) {
    LeaseRecord record = held_by("other");
    record.duration = seconds(60);
    EXPECT_EQ(next_step(having_read(record), at(seconds(59))), ElectionStep(AwaitLease{}));
    EXPECT_TRUE(
        std::holds_alternative<WriteLease>(next_step(having_read(record), at(seconds(60)))));
}

TEST(Election, EveryChangeOfTheRecordStartsTheWaitAnew) {
    Election waiting = having_read(held_by("other"));
    LeaseRecord renewed = held_by("other");
    renewed.version = "78";
    waiting = after_read(waiting, renewed, kT0 + seconds(14));
    EXPECT_EQ(next_step(waiting, at(seconds(28))), ElectionStep(AwaitLease{}));
    EXPECT_TRUE(std::holds_alternative<WriteLease>(next_step(waiting, at(seconds(29)))));
}

TEST(Election, AnUnchangedRecordDoesNotStartTheWaitAnew) {
    Election waiting = having_read(held_by("other"));
    waiting = after_read(waiting, held_by("other"), kT0 + seconds(14));
    EXPECT_TRUE(std::holds_alternative<WriteLease>(next_step(waiting, at(seconds(15)))));
}

class Skew : public testing::TestWithParam<hours> {};

TEST_P(Skew, OfTheOthersClockIsNeverLookedAt) {
    LeaseRecord record = held_by("other");
    record.acquired = record.renewed = kWall + GetParam();
    EXPECT_EQ(next_step(having_read(record), at(seconds(14))), ElectionStep(AwaitLease{}));
    EXPECT_TRUE(
        std::holds_alternative<WriteLease>(next_step(having_read(record), at(seconds(15)))));
}

INSTANTIATE_TEST_SUITE_P(Hours, Skew,
                         testing::Values(hours(-100'000), hours(-1), hours(0), hours(1),
                                         hours(100'000)));

TEST(Election, AStepOfTheOwnWallClockChangesNothing) {
    const Election waiting = having_read(held_by("other"));
    EXPECT_EQ(next_step(waiting, {kWall + hours(24), kT0 + seconds(14)}),
              ElectionStep(AwaitLease{}));
    LeaseRecord expected = held_by("me");
    expected.renewed = kWall - hours(24);
    EXPECT_EQ(next_step(leader(), {kWall - hours(24), kT0 + seconds(2)}),
              ElectionStep(WriteLease{expected}));
}

TEST(Election, ALeaderRenewsWithoutReading) {
    LeaseRecord expected = held_by("me");
    expected.renewed = kWall + seconds(2);
    EXPECT_EQ(next_step(leader(), at(seconds(2))), ElectionStep(WriteLease{expected}));
}

TEST(Election, ALeaderReadsWhenItsRenewalFailed) {
    EXPECT_EQ(next_step(in_doubt(leader()), at(seconds(2))), ElectionStep(ReadLease{}));
}

TEST(Election, ALeaderWhoseAnswerWasLostRenewsWhatItFinds) {
    LeaseRecord found = held_by("me");
    found.version = "78";
    const Election knowing = after_read(in_doubt(leader()), found, kT0 + seconds(2));
    LeaseRecord expected = found;
    expected.renewed = kWall + seconds(2);
    EXPECT_EQ(next_step(knowing, at(seconds(2))), ElectionStep(WriteLease{expected}));
}

TEST(Election, ALeaderMakesADeletedLeaseAgain) {
    const Election knowing = after_read(in_doubt(leader()), std::nullopt, kT0 + seconds(2));
    const core::Instant then = kWall + seconds(2);
    const LeaseRecord expected{"me", seconds(15), then, then, 0, ""};
    EXPECT_EQ(next_step(knowing, at(seconds(2))), ElectionStep(WriteLease{expected}));
}

TEST(Election, ALeaderThatFindsAnotherHolderHasLost) {
    const Election knowing = after_read(in_doubt(leader()), held_by("other"), kT0 + seconds(2));
    EXPECT_EQ(next_step(knowing, at(seconds(2))), ElectionStep(LoseLease{"taken by other"}));
}

TEST(Election, ALeaderHasLostTenSecondsAfterItLastAsked) {
    EXPECT_TRUE(std::holds_alternative<WriteLease>(next_step(leader(), at(milliseconds(9'999)))));
    const ElectionStep lost(LoseLease{"not renewed for 10 s"});
    EXPECT_EQ(next_step(leader(), at(seconds(10))), lost);
    EXPECT_EQ(next_step(in_doubt(leader()), at(seconds(10))), lost);
}

TEST(Election, TheLeadCountsFromBeforeTheRequest) {
    const Election slow = after_write(candidate(), held_by("me"), kT0 - seconds(4));
    EXPECT_EQ(slow.valid_until, kT0 + seconds(6));
}

TEST(Election, ReleasesOnlyWhatItHolds) {
    EXPECT_FALSE(released(candidate(), kWall));
    EXPECT_FALSE(released(having_read(held_by("other")), kWall));
    const LeaseRecord expected{"", seconds(1), kWall - hours(1), kWall, 4, "77"};
    EXPECT_EQ(released(leader(), kWall), expected);
}

struct TimesRow {
    ElectionTimes times;
    bool fits;
};

class Times : public testing::TestWithParam<TimesRow> {};

TEST_P(Times, AreChecked) {
    EXPECT_EQ(check(GetParam().times).has_value(), GetParam().fits);
}

INSTANTIATE_TEST_SUITE_P(Table, Times,
                         testing::Values(TimesRow{{}, true},
                                         TimesRow{{seconds(60), seconds(40), seconds(15)}, true},
                                         TimesRow{{seconds(10), seconds(10), seconds(2)}, false},
                                         TimesRow{{seconds(15), seconds(12), seconds(10)}, false},
                                         TimesRow{{seconds(15), seconds(10), seconds(0)}, false},
                                         TimesRow{{seconds(15), seconds(10), seconds(-1)}, false}));

}  // namespace
}  // namespace stackseal::runtime
