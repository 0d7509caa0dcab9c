// SPDX-License-Identifier: Apache-2.0
// What follows from what: the whole table of the reflector's decisions.
#include "controller/kube/watch_state.hpp"

#include <gtest/gtest.h>

namespace stackseal::kube {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds kNone{0};
constexpr milliseconds kFirst{800};

WatchState watching() {
    WatchState state;
    state.synced("7");
    return state;
}

TEST(WatchState, BeginsWithTheWholeStateInOneStream) {
    EXPECT_EQ(WatchState().first(), (Step{Act::kStreamAll, "", kNone}));
}

struct Row {
    Outcome outcome;
    std::int64_t retry_after;
    Step fresh;    ///< when nothing was known yet
    Step running;  ///< when version 7 was known
};

const Row kTable[] = {
    {Outcome::kEnded, 0, {Act::kStreamAll, "", kFirst}, {Act::kWatch, "7", kNone}},
    {Outcome::kEndedAtOnce, 0, {Act::kStreamAll, "", kFirst}, {Act::kStreamAll, "", kFirst}},
    {Outcome::kCutShort, 0, {Act::kStreamAll, "", kFirst}, {Act::kWatch, "7", kFirst}},
    {Outcome::kGone, 0, {Act::kStreamAll, "", kFirst}, {Act::kStreamAll, "", kFirst}},
    {Outcome::kThrottled, 0, {Act::kStreamAll, "", kFirst}, {Act::kWatch, "7", kFirst}},
    {Outcome::kThrottled, 5, {Act::kStreamAll, "", seconds(5)}, {Act::kWatch, "7", seconds(5)}},
    {Outcome::kServerError, 0, {Act::kStreamAll, "", kFirst}, {Act::kWatch, "7", kFirst}},
    {Outcome::kFault, 0, {Act::kStreamAll, "", kFirst}, {Act::kStreamAll, "", kFirst}},
    {Outcome::kUnsupported, 0, {Act::kList, "", kNone}, {Act::kList, "", kNone}},
    {Outcome::kUnauthorized, 0, {Act::kStreamAll, "", kFirst}, {Act::kWatch, "7", kFirst}},
    {Outcome::kForbidden, 0, {Act::kStreamAll, "", kFirst}, {Act::kWatch, "7", kFirst}},
    {Outcome::kMissing, 0, {Act::kStreamAll, "", kFirst}, {Act::kStreamAll, "", kFirst}},
};

TEST(WatchState, FollowsTheTable) {
    for (const Row& row : kTable) {
        WatchState fresh;
        EXPECT_EQ(fresh.next(row.outcome, row.retry_after, {}), row.fresh)
            << to_string(row.outcome) << " at first";
        WatchState running = watching();
        EXPECT_EQ(running.next(row.outcome, row.retry_after, {}), row.running)
            << to_string(row.outcome) << " while watching";
    }
}

TEST(WatchState, AListIsFollowedByAWatchFromItsVersion) {
    WatchState state;
    state.synced("12");
    EXPECT_EQ(state.next(Outcome::kListed, 0, {}), (Step{Act::kWatch, "12", kNone}));
}

TEST(WatchState, RemembersThatTheServerStreamsNoLists) {
    WatchState state;
    state.next(Outcome::kUnsupported, 0, {});
    state.synced("3");
    state.next(Outcome::kListed, 0, {});
    EXPECT_EQ(state.next(Outcome::kGone, 0, {}).act, Act::kList);
}

TEST(WatchState, WatchesOnFromTheLastEventOrBookmark) {
    WatchState state = watching();
    state.advanced("9");
    state.advanced("");
    EXPECT_EQ(state.next(Outcome::kEnded, 0, {}), (Step{Act::kWatch, "9", kNone}));
}

TEST(Backoff, DoublesToThirtySecondsWithChance) {
    Backoff backoff;
    milliseconds now{0};
    for (const std::int64_t wanted : {800, 1600, 3200, 6400, 12800, 25600, 30000, 30000})
        EXPECT_EQ(backoff.next(now, 0), milliseconds(wanted));
    EXPECT_EQ(backoff.next(now, 0.5), milliseconds(45000));
}

TEST(Backoff, BeginsAnewAfterTwoQuietMinutes) {
    Backoff backoff;
    backoff.next(milliseconds(0), 0);
    backoff.next(seconds(1), 0);
    EXPECT_EQ(backoff.next(seconds(121), 0), milliseconds(3200));
    EXPECT_EQ(backoff.next(milliseconds(241'001), 0), milliseconds(800));
}

TEST(OutcomeOf, EveryRefusalHasOne) {
    struct RefusalRow {
        Failure failure;
        Outcome streamed, listed;
    };
    const RefusalRow table[] = {
        {{410, "", "", {}, 0}, Outcome::kGone, Outcome::kGone},
        {{410, "Expired", "", {}, 0}, Outcome::kGone, Outcome::kGone},
        {{401, "", "", {}, 0}, Outcome::kUnauthorized, Outcome::kUnauthorized},
        {{403, "", "", {}, 0}, Outcome::kForbidden, Outcome::kForbidden},
        {{404, "", "", {}, 0}, Outcome::kMissing, Outcome::kMissing},
        {{429, "", "", {}, 0}, Outcome::kThrottled, Outcome::kThrottled},
        {{500, "", "", {}, 0}, Outcome::kServerError, Outcome::kServerError},
        {{503, "", "", {}, 0}, Outcome::kServerError, Outcome::kServerError},
        {{422, "Invalid", "", {}, 0}, Outcome::kUnsupported, Outcome::kFault},
        {{400, "", "", {}, 0}, Outcome::kUnsupported, Outcome::kFault},
        {{302, "", "", {}, 0}, Outcome::kFault, Outcome::kFault},
    };
    for (const RefusalRow& row : table) {
        EXPECT_EQ(outcome_of(row.failure, Act::kStreamAll), row.streamed) << row.failure.code;
        EXPECT_EQ(outcome_of(row.failure, Act::kList), row.listed) << row.failure.code;
        EXPECT_EQ(outcome_of(row.failure, Act::kWatch), row.listed) << row.failure.code;
    }
}

TEST(OutcomeInStream, GoneThrottledOrFault) {
    EXPECT_EQ(outcome_in_stream({410, "Expired", "", {}, 0}), Outcome::kGone);
    EXPECT_EQ(outcome_in_stream({0, "Expired", "", {}, 0}), Outcome::kGone);
    EXPECT_EQ(outcome_in_stream({429, "TooManyRequests", "", {}, 0}), Outcome::kThrottled);
    EXPECT_EQ(outcome_in_stream({500, "InternalError", "", {}, 0}), Outcome::kFault);
}

}  // namespace
}  // namespace stackseal::kube
