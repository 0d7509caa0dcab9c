// SPDX-License-Identifier: Apache-2.0
// The loop of all reconcilers, with a toy plan: count up to a goal.
#include "controller/runtime/settle.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace stackseal::runtime {
namespace {

const core::Instant kNow{std::chrono::milliseconds(1'790'000'000'000)};

struct Toy {
    int goal = 0;
    int done = 0;
    bool told = false;  ///< of the refusal
    std::optional<core::Error> refusal;
};

struct ToyPlan {
    std::optional<std::string> action;
    core::Next next;
};

ToyPlan plan(const Toy& toy, core::Instant now) {
    if (toy.refusal && !toy.told) return {"tell", {}};
    if (!toy.refusal && toy.done < toy.goal) return {"work", {}};
    return {std::nullopt, {.at = now + std::chrono::hours(1)}};
}

/// Applies and keeps a record; the failure, if any, answers the nth action of a kind.
struct Applier {
    std::vector<std::string>& log;
    std::string failing;
    core::Code code = core::Code::kInternal;

    core::Result<void> operator()(const std::string& action, Toy& toy) const {
        log.push_back(action);
        if (action == failing) return core::Error{code, "no"};
        if (action == "work") ++toy.done;
        if (action == "tell") toy.told = true;
        return {};
    }
};

using Log = std::vector<std::string>;

TEST(Settle, DoesNothingWhereNothingIsLeft) {
    Log log;
    const auto next = settle(Toy{}, kNow, plan, Applier{log, ""});
    ASSERT_TRUE(next);
    EXPECT_EQ(next->at, kNow + std::chrono::hours(1));
    EXPECT_TRUE(log.empty());
}

TEST(Settle, PlansAgainUntilNothingIsLeft) {
    Log log;
    ASSERT_TRUE(settle(Toy{.goal = 3}, kNow, plan, Applier{log, ""}));
    EXPECT_EQ(log, (Log{"work", "work", "work"}));
}

class SettleRefusal : public testing::TestWithParam<core::Code> {};

TEST_P(SettleRefusal, GoesBackToThePlan) {
    Log log;
    EXPECT_TRUE(settle(Toy{.goal = 3}, kNow, plan, Applier{log, "work", GetParam()}));
    EXPECT_EQ(log, (Log{"work", "tell"}));
}

TEST_P(SettleRefusal, OfWhatAnswersARefusalGoesToTheQueue) {
    Log log;
    const auto next = settle(Toy{.refusal = core::Error{core::Code::kDenied, "before"}}, kNow, plan,
                             Applier{log, "tell", GetParam()});
    ASSERT_FALSE(next);
    EXPECT_EQ(next.error().code, GetParam());
    EXPECT_EQ(log, (Log{"tell"}));
}

INSTANTIATE_TEST_SUITE_P(Codes, SettleRefusal,
                         testing::Values(core::Code::kInvalid, core::Code::kDenied,
                                         core::Code::kCorrupt));

class SettleFailure : public testing::TestWithParam<core::Code> {};

TEST_P(SettleFailure, GoesToTheQueue) {
    Log log;
    const auto next = settle(Toy{.goal = 3}, kNow, plan, Applier{log, "work", GetParam()});
    ASSERT_FALSE(next);
    EXPECT_EQ(next.error(), (core::Error{GetParam(), "no"}));
    EXPECT_EQ(log, (Log{"work"}));
}

INSTANTIATE_TEST_SUITE_P(Codes, SettleFailure,
                         testing::Values(core::Code::kNotFound, core::Code::kConflict,
                                         core::Code::kThrottled, core::Code::kUnavailable,
                                         core::Code::kCancelled, core::Code::kInternal));

TEST(Settle, ARestlessPlanIsAFaultOfThisProgram) {
    Log log;
    const auto next = settle(Toy{.goal = 1'000}, kNow, plan, Applier{log, ""});
    ASSERT_FALSE(next);
    EXPECT_EQ(next.error().code, core::Code::kInternal);
    EXPECT_EQ(log.size(), static_cast<std::size_t>(kMostSteps));
}

TEST(Settle, ExactlyTheMostStepsAreAllowedToComeToRest) {
    Log log;
    EXPECT_TRUE(settle(Toy{.goal = kMostSteps - 1}, kNow, plan, Applier{log, ""}));
}

}  // namespace
}  // namespace stackseal::runtime
