// SPDX-License-Identifier: Apache-2.0
// When given objects are applied, applied again, and told about.
#include "app/given_schedule.hpp"

#include <gmock/gmock.h>

namespace stackseal::app {
namespace {

using namespace std::chrono_literals;
using core::Code;
using testing::AllOf;
using testing::ElementsAre;
using testing::Ge;
using testing::IsEmpty;
using testing::Le;

GivenObject object(const std::string& name, const std::string& says = "") {
    return {{core::Resource::kIssuer, "ops", name}, name + ".yaml:1", core::Value::of(says)};
}

class GivenScheduleTest : public testing::Test {
  protected:
    std::vector<std::string> take(std::vector<GivenObject> objects) {
        return names(schedule_.take(std::move(objects), now_));
    }
    std::vector<std::string> due() const { return names(schedule_.due(now_)); }
    bool good(const std::string& name) { return schedule_.note(object(name).ref, {}, now_); }
    bool bad(const std::string& name, const core::Error& error) {
        return schedule_.note(object(name).ref, error, now_);
    }
    /// How long the next try is off.
    std::chrono::milliseconds wait() const { return *schedule_.next() - now_; }

    static std::vector<std::string> names(const std::vector<GivenObject>& objects) {
        std::vector<std::string> out;
        for (const GivenObject& one : objects) out.push_back(one.ref.name);
        return out;
    }

    GivenSchedule schedule_;
    std::chrono::milliseconds now_ = 1h;
};

TEST_F(GivenScheduleTest, EachIsAppliedOnce) {
    EXPECT_EQ(schedule_.next(), std::nullopt);
    EXPECT_THAT(take({object("a"), object("b")}), IsEmpty());
    EXPECT_THAT(due(), ElementsAre("a", "b"));
    EXPECT_TRUE(good("a"));
    EXPECT_THAT(due(), ElementsAre("b"));
    EXPECT_TRUE(good("b"));
    EXPECT_EQ(schedule_.next(), std::nullopt);
    EXPECT_THAT(take({object("a"), object("b")}), IsEmpty());
    EXPECT_THAT(due(), IsEmpty());
}

TEST_F(GivenScheduleTest, NewsMakesAllDueAndTellsOnlyOfWhatIsNew) {
    take({object("a"), object("b")});
    good("a");
    good("b");
    take({object("a"), object("b", "else"), object("c")});
    EXPECT_THAT(due(), ElementsAre("a", "b", "c"));
    EXPECT_FALSE(good("a"));
    EXPECT_TRUE(good("b"));
    EXPECT_TRUE(good("c"));
}

TEST_F(GivenScheduleTest, WhatIsNoLongerGivenIsNamedAndForgotten) {
    take({object("a"), object("b")});
    EXPECT_THAT(take({object("b")}), ElementsAre("a"));
    EXPECT_THAT(due(), ElementsAre("b"));
    EXPECT_FALSE(good("a"));
    EXPECT_THAT(take({}), ElementsAre("b"));
    EXPECT_EQ(schedule_.next(), std::nullopt);
}

TEST_F(GivenScheduleTest, AFailureHoldsUpNothingElseAndIsToldOnce) {
    take({object("a"), object("b")});
    EXPECT_TRUE(bad("a", {Code::kInvalid, "no"}));
    EXPECT_TRUE(good("b"));
    EXPECT_THAT(due(), IsEmpty());
    now_ += wait();
    EXPECT_THAT(due(), ElementsAre("a"));
    EXPECT_FALSE(bad("a", {Code::kInvalid, "no"}));
    now_ += wait();
    EXPECT_TRUE(bad("a", {Code::kInvalid, "no, for another reason"}));
    now_ += wait();
    EXPECT_TRUE(good("a"));
    EXPECT_EQ(schedule_.next(), std::nullopt);
}

TEST_F(GivenScheduleTest, WaitsAsTheErrorSays) {
    struct Row {
        core::Error error;
        std::chrono::milliseconds least, most;
    };
    const Row table[] = {
        {{Code::kNotFound, "no CRD yet"}, 600ms, 1s},
        {{Code::kUnavailable, "no answer"}, 600ms, 1s},
        {{Code::kThrottled, "initializing", 7}, 7s, 8s},
        {{Code::kInvalid, "422"}, 10s, 15s},
        {{Code::kDenied, "403"}, 10s, 15s},
    };
    for (const Row& row : table) {
        take({});
        take({object("a")});
        bad("a", row.error);
        EXPECT_THAT(wait(), AllOf(Ge(row.least), Le(row.most))) << row.error.message;
    }
}

TEST_F(GivenScheduleTest, BacksOffUpToMinutesAndBeginsAnewWithNews) {
    take({object("a")});
    for (int tries = 0; tries < 12; ++tries) {
        bad("a", {Code::kDenied, "403"});
        now_ += wait();
    }
    bad("a", {Code::kDenied, "403"});
    EXPECT_THAT(wait(), AllOf(Ge(6min), Le(10min)));
    take({object("a"), object("b")});
    EXPECT_THAT(due(), ElementsAre("a", "b"));
    EXPECT_FALSE(bad("a", {Code::kDenied, "403"}));
    good("b");
    EXPECT_THAT(wait(), Le(15s));
}

TEST_F(GivenScheduleTest, WhatWasCutOffByTheEndIsNotTriedAgain) {
    take({object("a")});
    bad("a", {Code::kCancelled, "stopping"});
    EXPECT_EQ(schedule_.next(), std::nullopt);
}

}  // namespace
}  // namespace stackseal::app
