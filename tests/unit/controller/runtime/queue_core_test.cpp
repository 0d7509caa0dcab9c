// SPDX-License-Identifier: Apache-2.0
// The queue's rules, one by one, on a clock of numbers.
#include "controller/runtime/queue_core.hpp"

#include <gtest/gtest.h>

namespace stackseal::runtime {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

core::Ref key(const std::string& name) {
    return {core::Resource::kCertificate, "ns", name};
}

std::string name_of(const std::optional<Handed>& handed) {
    return handed ? handed->key.name : "-";
}

constexpr milliseconds kT0{1'000'000};

TEST(QueueCore, HandsOutInOrderOfArrival) {
    QueueCore queue;
    EXPECT_TRUE(queue.add(key("b"), Priority::kNormal, kT0));
    EXPECT_TRUE(queue.add(key("a"), Priority::kNormal, kT0));
    EXPECT_EQ(name_of(queue.take(kT0)), "b");
    EXPECT_EQ(name_of(queue.take(kT0)), "a");
    EXPECT_EQ(name_of(queue.take(kT0)), "-");
}

TEST(QueueCore, AWaitingKeyWaitsOnceAndKeepsItsPlace) {
    QueueCore queue;
    queue.add(key("a"), Priority::kNormal, kT0);
    queue.add(key("b"), Priority::kNormal, kT0);
    EXPECT_FALSE(queue.add(key("a"), Priority::kNormal, kT0 + seconds(1)));
    EXPECT_EQ(queue.take(kT0 + seconds(3)), (Handed{key("a"), Priority::kNormal, seconds(3), 0}));
    EXPECT_EQ(name_of(queue.take(kT0)), "b");
    EXPECT_EQ(name_of(queue.take(kT0)), "-");
}

TEST(QueueCore, ARunningKeyIsHeldBackAndComesOnceMoreAfterDone) {
    QueueCore queue;
    queue.add(key("a"), Priority::kNormal, kT0);
    queue.take(kT0);
    EXPECT_TRUE(queue.add(key("a"), Priority::kNormal, kT0));
    EXPECT_FALSE(queue.add(key("a"), Priority::kNormal, kT0));
    EXPECT_EQ(name_of(queue.take(kT0)), "-");
    EXPECT_EQ(queue.done(key("a"), kT0 + seconds(2)), seconds(2));
    EXPECT_EQ(name_of(queue.take(kT0)), "a");
    queue.done(key("a"), kT0);
    EXPECT_EQ(name_of(queue.take(kT0)), "-");
}

TEST(QueueCore, DoneOfAKeyThatDoesNotRunChangesNothing) {
    QueueCore queue;
    EXPECT_FALSE(queue.done(key("a"), kT0));
    queue.add(key("a"), Priority::kNormal, kT0);
    EXPECT_FALSE(queue.done(key("a"), kT0));
    EXPECT_EQ(name_of(queue.take(kT0)), "a");
    EXPECT_TRUE(queue.done(key("a"), kT0));
    EXPECT_FALSE(queue.done(key("a"), kT0));
}

TEST(QueueCore, ADelayedKeyComesWhenDueAndNotBefore) {
    QueueCore queue;
    queue.add_at(key("a"), Priority::kNormal, kT0 + seconds(5), kT0);
    EXPECT_EQ(queue.stats(kT0).next_due, kT0 + seconds(5));
    EXPECT_EQ(name_of(queue.take(kT0 + milliseconds(4999))), "-");
    EXPECT_EQ(queue.take(kT0 + seconds(6)), (Handed{key("a"), Priority::kNormal, seconds(1), 0}));
}

TEST(QueueCore, ADelayThatIsOverIsAnAdd) {
    QueueCore queue;
    queue.add_at(key("a"), Priority::kNormal, kT0, kT0);
    EXPECT_EQ(name_of(queue.take(kT0)), "a");
}

TEST(QueueCore, OfSeveralDelaysTheSoonestCounts) {
    QueueCore queue;
    queue.add_at(key("a"), Priority::kNormal, kT0 + seconds(9), kT0);
    queue.add_at(key("a"), Priority::kNormal, kT0 + seconds(3), kT0);
    queue.add_at(key("a"), Priority::kNormal, kT0 + seconds(6), kT0);
    EXPECT_EQ(queue.stats(kT0).delayed, 1U);
    EXPECT_EQ(name_of(queue.take(kT0 + seconds(3))), "a");
    queue.done(key("a"), kT0);
    EXPECT_EQ(name_of(queue.take(kT0 + seconds(10))), "-");
}

TEST(QueueCore, AnAddTakesThePlaceOfADelay) {
    QueueCore queue;
    queue.add_at(key("a"), Priority::kNormal, kT0 + seconds(3), kT0);
    queue.add(key("a"), Priority::kNormal, kT0);
    EXPECT_EQ(name_of(queue.take(kT0)), "a");
    queue.done(key("a"), kT0);
    EXPECT_EQ(name_of(queue.take(kT0 + hours(1))), "-");
}

TEST(QueueCore, ADelayIsNothingToAKeyThatWaitsAlready) {
    QueueCore queue;
    queue.add(key("a"), Priority::kNormal, kT0);
    queue.add_at(key("a"), Priority::kNormal, kT0 + seconds(3), kT0);
    queue.take(kT0);
    queue.add(key("a"), Priority::kNormal, kT0);
    queue.add_at(key("a"), Priority::kNormal, kT0 + seconds(3), kT0);
    EXPECT_EQ(queue.stats(kT0).delayed, 0U);
    queue.done(key("a"), kT0);
    EXPECT_EQ(name_of(queue.take(kT0)), "a");
}

TEST(QueueCore, ADelayThatEndsWhileTheKeyRunsIsNotLost) {
    QueueCore queue;
    queue.add(key("a"), Priority::kNormal, kT0);
    queue.take(kT0);
    queue.add_at(key("a"), Priority::kNormal, kT0 + seconds(1), kT0);
    EXPECT_EQ(name_of(queue.take(kT0 + seconds(2))), "-");
    queue.done(key("a"), kT0 + seconds(2));
    EXPECT_EQ(name_of(queue.take(kT0 + seconds(2))), "a");
}

TEST(QueueCore, TheFirstListingWaitsBehindChangesButNotForEver) {
    QueueCore queue;
    queue.add(key("listed"), Priority::kInitial, kT0);
    queue.add(key("changed"), Priority::kNormal, kT0 + kInitialHandicap - milliseconds(1));
    queue.add(key("late"), Priority::kNormal, kT0 + kInitialHandicap + milliseconds(1));
    EXPECT_EQ(name_of(queue.take(kT0 + hours(1))), "changed");
    const auto listed = queue.take(kT0 + hours(1));
    EXPECT_EQ(name_of(listed), "listed");
    EXPECT_EQ(listed->priority, Priority::kInitial);
    EXPECT_EQ(name_of(queue.take(kT0 + hours(1))), "late");
}

TEST(QueueCore, AChangeRaisesAKeyOfTheFirstListing) {
    QueueCore queue;
    queue.add(key("a"), Priority::kInitial, kT0);
    queue.add(key("b"), Priority::kInitial, kT0);
    queue.add(key("b"), Priority::kNormal, kT0);
    queue.add(key("b"), Priority::kInitial, kT0);
    EXPECT_EQ(queue.take(kT0), (Handed{key("b"), Priority::kNormal, seconds(0), 0}));
    EXPECT_EQ(name_of(queue.take(kT0)), "a");
}

TEST(QueueCore, APriorityOutlivesADelay) {
    QueueCore queue;
    queue.add_at(key("a"), Priority::kInitial, kT0 + seconds(1), kT0);
    EXPECT_EQ(queue.take(kT0 + seconds(1))->priority, Priority::kInitial);
    queue.done(key("a"), kT0 + seconds(1));
    queue.add_at(key("a"), Priority::kNormal, kT0 + seconds(2), kT0 + seconds(1));
    queue.add(key("a"), Priority::kInitial, kT0 + seconds(1));
    EXPECT_EQ(queue.take(kT0 + seconds(1))->priority, Priority::kNormal);
}

TEST(QueueCore, FailuresAreCountedUntilForgotten) {
    QueueCore queue;
    EXPECT_EQ(queue.failed(key("a")), 1);
    EXPECT_EQ(queue.failed(key("a")), 2);
    EXPECT_EQ(queue.failed(key("b")), 1);
    queue.add(key("a"), Priority::kNormal, kT0);
    EXPECT_EQ(queue.take(kT0)->failures, 2);
    queue.forget(key("a"));
    queue.forget(key("nobody"));
    EXPECT_EQ(queue.failed(key("a")), 1);
}

TEST(QueueCore, StatsTellWhatWaitsAndWhatRuns) {
    QueueCore queue;
    EXPECT_TRUE(queue.idle(kT0));
    queue.add(key("a"), Priority::kNormal, kT0);
    queue.add(key("b"), Priority::kNormal, kT0);
    queue.add(key("c"), Priority::kNormal, kT0);
    queue.add_at(key("d"), Priority::kNormal, kT0 + seconds(30), kT0);
    queue.take(kT0);
    queue.take(kT0 + seconds(5));
    const QueueStats stats = queue.stats(kT0 + seconds(10));
    EXPECT_EQ(stats.ready, 1U);
    EXPECT_EQ(stats.delayed, 1U);
    EXPECT_EQ(stats.running, 2U);
    EXPECT_EQ(stats.unfinished, seconds(15));
    EXPECT_EQ(stats.longest, seconds(10));
    EXPECT_EQ(stats.next_due, kT0 + seconds(30));
    EXPECT_FALSE(queue.idle(kT0));
}

TEST(QueueCore, IsIdleWhileOnlyDelaysRemain) {
    QueueCore queue;
    queue.add_at(key("a"), Priority::kNormal, kT0 + seconds(1), kT0);
    EXPECT_TRUE(queue.idle(kT0));
    EXPECT_FALSE(queue.idle(kT0 + seconds(1)));
    queue.take(kT0 + seconds(1));
    EXPECT_FALSE(queue.idle(kT0 + seconds(1)));
    queue.done(key("a"), kT0 + seconds(1));
    EXPECT_TRUE(queue.idle(kT0 + seconds(1)));
}

}  // namespace
}  // namespace stackseal::runtime
