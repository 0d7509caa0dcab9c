// SPDX-License-Identifier: Apache-2.0
// Cutting and queueing without a network. But for a moment of silence, times lie in the past or far
// ahead, so nothing waits.
#include "controller/http/lines.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

namespace stackseal::http {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Lines200 = std::vector<std::string>;
using std::chrono::hours;
using std::chrono::steady_clock;

TEST(LineCutter, CutsAtLineFeedsWhateverThePieces) {
    const std::string text = "one\ntwo\r\n\nfour";
    for (std::size_t size = 1; size <= text.size(); ++size) {
        LineCutter cutter(100);
        Lines200 all;
        for (std::size_t at = 0; at < text.size(); at += size) {
            auto cut = cutter.feed(std::string_view(text).substr(at, size));
            EXPECT_FALSE(cut.too_long);
            all.insert(all.end(), cut.lines.begin(), cut.lines.end());
        }
        EXPECT_THAT(all, ElementsAre("one", "two", "")) << "pieces of " << size;
    }
}

TEST(LineCutter, HoldsTheLimitWithinAPieceAndOverPieces) {
    EXPECT_FALSE(LineCutter(3).feed("abc\n").too_long);
    EXPECT_TRUE(LineCutter(3).feed("abcd\n").too_long);
    EXPECT_TRUE(LineCutter(3).feed("abcd").too_long);
    LineCutter cutter(3);
    EXPECT_FALSE(cutter.feed("ab").too_long);
    EXPECT_TRUE(cutter.feed("cd").too_long);
}

TEST(LineCutter, GivesWhatWasCompleteBeforeTheOverlongLine) {
    const auto cut = LineCutter(3).feed("abc\nabcd\n");
    EXPECT_TRUE(cut.too_long);
    EXPECT_THAT(cut.lines, ElementsAre("abc"));
}

Lines::Limits far_limits() {
    const auto later = steady_clock::now() + hours(1);
    return {.line = 100,
            .error_body = 10,
            .queue = 10,
            .idle = hours(1),
            .head_until = later,
            .until = later};
}

TEST(Lines, HandsOverAllThatWaits) {
    Lines lines(far_limits());
    lines.head(200, {});
    EXPECT_EQ(lines.body("a\nb\nc"), Flow::kGoOn);
    auto step = lines.next({});
    EXPECT_EQ(step.why, Lines::Why::kLines);
    EXPECT_THAT(step.lines, ElementsAre("a", "b"));
    lines.end(std::nullopt);
    EXPECT_EQ(lines.next({}).why, Lines::Why::kEnded);
    EXPECT_FALSE(lines.take().failure);
}

TEST(Lines, HoldsTheSenderAtItsBoundUntilTakenFrom) {
    Lines lines(far_limits());
    lines.head(200, {});
    EXPECT_EQ(lines.body("0123456789\n"), Flow::kGoOn);
    EXPECT_EQ(lines.body("x\n"), Flow::kHold);
    const auto step = lines.next({});
    EXPECT_TRUE(step.held);
    EXPECT_EQ(step.lines.size(), 2U);
    EXPECT_EQ(lines.body("x\n"), Flow::kGoOn);
    EXPECT_FALSE(lines.next({}).held);
}

TEST(Lines, AreDeliveredBeforeTheFailureThatEndsThem) {
    Lines lines(far_limits());
    lines.head(200, {});
    lines.body("a\n");
    lines.end(Failure{Stage::kRead});
    EXPECT_THAT(lines.next({}).lines, ElementsAre("a"));
    EXPECT_EQ(lines.next({}).why, Lines::Why::kEnded);
    EXPECT_EQ(lines.take().failure->stage, Stage::kRead);
}

TEST(Lines, KeepTheBodyOfAnErrorUpToItsLimit) {
    Lines lines(far_limits());
    lines.head(410, {});
    EXPECT_EQ(lines.body("gone\n"), Flow::kGoOn);
    EXPECT_EQ(lines.body("and much more"), Flow::kStop);
    lines.end(Failure{Stage::kOther});
    EXPECT_EQ(lines.next({}).why, Lines::Why::kEnded);
    const auto outcome = lines.take();
    EXPECT_EQ(outcome.end.status, 410);
    EXPECT_EQ(outcome.end.error_body, "gone\nand m");
    EXPECT_FALSE(outcome.failure) << "that we cut it off is no failure of the server";
}

TEST(Lines, SayWhyThereAreNone) {
    auto limits = far_limits();
    limits.head_until = steady_clock::now();
    EXPECT_EQ(Lines(limits).next({}).why, Lines::Why::kNoHead);

    limits = far_limits();
    limits.idle = std::chrono::milliseconds(0);
    Lines idle(limits);
    idle.head(200, {});
    EXPECT_EQ(idle.next({}).why, Lines::Why::kIdle);

    limits = far_limits();
    limits.until = steady_clock::now();
    Lines old(limits);
    old.head(200, {});
    EXPECT_EQ(old.next({}).why, Lines::Why::kLifetime);

    std::stop_source stop;
    stop.request_stop();
    EXPECT_EQ(Lines(far_limits()).next(stop.get_token()).why, Lines::Why::kStopped);
}

TEST(Lines, AreNotIdleWhilePartsOfOneArrive) {
    auto limits = far_limits();
    limits.idle = std::chrono::milliseconds(300);
    Lines lines(limits);
    lines.head(200, {});
    lines.body("a");
    const std::jthread sender([&] {
        const auto until = steady_clock::now() + 2 * limits.idle;
        while (steady_clock::now() < until) {
            lines.body("");
            std::this_thread::yield();
        }
        lines.body("\n");
    });
    EXPECT_THAT(lines.next({}).lines, ElementsAre("a"));
}

/// Waiting for the head may be allowed to take longer than silence after it.
TEST(Lines, AreIdleAfterTheirHeadHoweverLongItWasWaitedFor) {
    auto limits = far_limits();
    limits.head_until = steady_clock::now() + std::chrono::seconds(10);
    limits.idle = std::chrono::milliseconds(1);
    Lines lines(limits);
    const std::jthread sender([&] { lines.head(200, {}); });
    EXPECT_EQ(lines.next({}).why, Lines::Why::kIdle);
    EXPECT_LT(steady_clock::now(), limits.head_until) << "the head woke it";
}

TEST(Lines, EndAtTheirLifetimeEvenUnderAFlood) {
    auto limits = far_limits();
    limits.until = steady_clock::now();
    Lines lines(limits);
    lines.head(200, {});
    lines.body("a\n");
    EXPECT_EQ(lines.next({}).why, Lines::Why::kLifetime);
}

}  // namespace
}  // namespace stackseal::http
