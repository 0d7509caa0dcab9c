// SPDX-License-Identifier: Apache-2.0
// The election's loops against a lease in memory; time is moved by hand.
#include "controller/runtime/leader_election.hpp"

#include <gtest/gtest.h>

#include <condition_variable>
#include <future>
#include <map>
#include <thread>

#include "tests/support/checked_metrics.hpp"
#include "tests/support/fakes.hpp"

namespace stackseal::runtime {
namespace {

using ports::LeaseRecord;
using std::chrono::milliseconds;
using std::chrono::seconds;

const core::Instant kStart{milliseconds(1'790'000'000'000)};

/// A lease with versions, outages and a hanging write.
class FakeLease : public ports::Lease {
  public:
    core::Result<std::optional<LeaseRecord>> read() override {
        const std::lock_guard lock(mutex_);
        if (down_) return core::Error{core::Code::kUnavailable, "connection refused"};
        return held_;
    }
    core::Result<LeaseRecord> write(const LeaseRecord& record) override {
        std::unique_lock lock(mutex_);
        ++attempts_;
        moved_.notify_all();
        moved_.wait(lock, [&] { return !hanging_; });
        if (down_) return core::Error{core::Code::kUnavailable, "connection refused"};
        if (record.version != (held_ ? held_->version : "")) {
            return core::Error{core::Code::kConflict, "version"};
        }
        store(record);
        if (answer_lost_) {
            answer_lost_ = false;
            return core::Error{core::Code::kUnavailable, "reset", 0, true};
        }
        return *held_;
    }

    void put(const LeaseRecord& record) {
        change([&] { store(record); });
    }
    void drop() {
        change([&] { held_.reset(); });
    }
    void down(bool is) {
        change([&] { down_ = is; });
    }
    void hang(bool is) {
        change([&] { hanging_ = is; });
    }
    void lose_answer() {
        change([&] { answer_lost_ = true; });
    }
    std::optional<LeaseRecord> held() {
        const std::lock_guard lock(mutex_);
        return held_;
    }
    void await_attempts(int count) {
        std::unique_lock lock(mutex_);
        moved_.wait(lock, [&] { return attempts_ >= count; });
    }

  private:
    template <class Change>
    void change(Change&& change) {
        const std::lock_guard lock(mutex_);
        change();
        moved_.notify_all();
    }
    void store(LeaseRecord record) {
        record.version = std::to_string(++version_);
        held_ = std::move(record);
    }

    std::mutex mutex_;
    std::condition_variable moved_;
    std::optional<LeaseRecord> held_;
    int version_ = 100;
    int attempts_ = 0;
    bool down_ = false;
    bool hanging_ = false;
    bool answer_lost_ = false;
};

class StatusMetric : public tests::CheckedMetrics {
  public:
    void set(std::string_view name, std::initializer_list<ports::Label> labels,
             double value) override {
        CheckedMetrics::set(name, labels, value);
        const std::lock_guard lock(mutex_);
        shown_[std::string(name) + "/" + labels.begin()->second] = value;
    }
    double of(const std::string& lease) {
        const std::lock_guard lock(mutex_);
        return shown_.at("leader_election_master_status/" + lease);
    }

  private:
    std::mutex mutex_;
    std::map<std::string, double> shown_;
};

class LeaderElectionTest : public testing::Test {
  protected:
    std::unique_ptr<LeaderElection> candidate(const std::string& identity) {
        return std::make_unique<LeaderElection>(Candidate{identity, "stackseal", {}},
                                                ElectionPorts{lease_, clock_, metrics_, log_});
    }
    void advance(LeaderElection& election, milliseconds by) {
        clock_.advance(by);
        election.clock_moved();
    }
    std::size_t lines(const std::string& with) {
        std::size_t found = 0;
        for (const std::string& line : log_.lines()) found += line.find(with) != std::string::npos;
        return found;
    }

    FakeLease lease_;
    tests::FakeClock clock_{kStart};
    StatusMetric metrics_;
    tests::MemoryLog log_;
};

TEST_F(LeaderElectionTest, TheFirstLeadsAndTheSecondWaits) {
    const auto one = candidate("one");
    const auto two = candidate("two");
    EXPECT_EQ(metrics_.of("stackseal"), 0);
    EXPECT_EQ(one->round(), seconds(2));
    EXPECT_TRUE(one->leading());
    EXPECT_EQ(metrics_.of("stackseal"), 1);
    for (int i = 0; i < 20; ++i) {
        const milliseconds pause = two->round();
        EXPECT_GE(pause, seconds(2));
        EXPECT_LT(pause, milliseconds(4'400));
        clock_.advance(seconds(2));
        one->round();
    }
    EXPECT_TRUE(one->leading());
    EXPECT_FALSE(two->leading());
}

TEST_F(LeaderElectionTest, TheSecondTakesOverWhenTheFirstFallsSilent) {
    const auto one = candidate("one");
    const auto two = candidate("two");
    one->round();
    two->round();
    clock_.advance(milliseconds(14'999));
    EXPECT_FALSE(one->leading()) << "the first must have stopped well before";
    two->round();
    EXPECT_FALSE(two->leading());
    clock_.advance(milliseconds(1));
    two->round();
    EXPECT_TRUE(two->leading());
    EXPECT_EQ(lease_.held()->holder, "two");
    EXPECT_EQ(lease_.held()->transitions, 1);
}

TEST_F(LeaderElectionTest, TwoNeverLeadAtOnceWhateverFails) {
    const auto one = candidate("one");
    const auto two = candidate("two");
    for (int i = 0; i < 2'000; ++i) {
        lease_.down(i % 97 > 80);
        if (i % 31 == 0) lease_.lose_answer();
        (i / 40 % 2 == 0 ? *one : *two).round();
        if (i % 3 == 0) two->round();
        EXPECT_FALSE(one->leading() && two->leading()) << "step " << i;
        clock_.advance(milliseconds(700));
        EXPECT_FALSE(one->leading() && two->leading()) << "step " << i;
    }
}

TEST_F(LeaderElectionTest, ALostAnswerIsReadAgainAndKept) {
    const auto one = candidate("one");
    lease_.lose_answer();
    one->round();
    EXPECT_FALSE(one->leading());
    one->round();
    EXPECT_TRUE(one->leading());
    EXPECT_EQ(lease_.held()->transitions, 0);
}

TEST_F(LeaderElectionTest, AForeignEditOfTheRecordIsSurvivedInTheSameRound) {
    const auto one = candidate("one");
    one->round();
    lease_.put(*lease_.held());
    clock_.advance(seconds(9));
    one->round();
    clock_.advance(seconds(9));
    EXPECT_TRUE(one->leading());
}

TEST_F(LeaderElectionTest, ADeletedLeaseIsMadeAgain) {
    const auto one = candidate("one");
    one->round();
    lease_.drop();
    one->round();
    EXPECT_EQ(lease_.held()->holder, "one");
    EXPECT_TRUE(one->leading());
}

TEST_F(LeaderElectionTest, AnOutageIsLoggedOnce) {
    const auto one = candidate("one");
    lease_.down(true);
    for (int i = 0; i < 5; ++i) one->round();
    EXPECT_EQ(lines("connection refused"), 1U);
    lease_.down(false);
    one->round();
    lease_.down(true);
    one->round();
    EXPECT_EQ(lines("connection refused"), 2U);
}

TEST_F(LeaderElectionTest, AcquireWaitsForItsTurn) {
    lease_.put({"other", seconds(15), kStart, kStart, 7, ""});
    const auto one = candidate("one");
    one->round();
    auto leads = std::async(std::launch::async, [&] { return one->acquire({}); });
    advance(*one, seconds(15));
    // The first round may have come before the clock moved: its pause is over by now, too.
    advance(*one, seconds(5));
    EXPECT_TRUE(leads.get());
    EXPECT_EQ(lease_.held()->transitions, 8);
}

TEST_F(LeaderElectionTest, AcquireStopsWhenAsked) {
    lease_.put({"other", seconds(15), kStart, kStart, 7, ""});
    const auto one = candidate("one");
    std::stop_source stop;
    auto leads = std::async(std::launch::async, [&] { return one->acquire(stop.get_token()); });
    stop.request_stop();
    EXPECT_FALSE(leads.get());
    EXPECT_EQ(lease_.held()->holder, "other");
}

TEST_F(LeaderElectionTest, HoldRenewsAndReleaseFreesTheLease) {
    const auto one = candidate("one");
    ASSERT_TRUE(one->acquire({}));
    one->hold([](const std::string& reason) { ADD_FAILURE() << reason; });
    for (int i = 0; i < 8; ++i) {
        advance(*one, seconds(2));
        lease_.await_attempts(2 + i);
    }
    EXPECT_TRUE(one->release());
    EXPECT_FALSE(one->leading());
    EXPECT_EQ(metrics_.of("stackseal"), 0);
    EXPECT_EQ(lease_.held()->holder, "");
    EXPECT_EQ(lease_.held()->duration, seconds(1));
    const auto two = candidate("two");
    two->round();
    EXPECT_TRUE(two->leading());
}

TEST_F(LeaderElectionTest, ReleaseSurvivesAForeignEdit) {
    const auto one = candidate("one");
    one->round();
    lease_.put(*lease_.held());
    EXPECT_TRUE(one->release());
    EXPECT_EQ(lease_.held()->holder, "");
}

TEST_F(LeaderElectionTest, ReleaseLeavesAnothersLeaseAlone) {
    const auto one = candidate("one");
    one->round();
    lease_.put({"other", seconds(15), kStart, kStart, 9, ""});
    EXPECT_TRUE(one->release());
    EXPECT_EQ(lease_.held()->holder, "other");
}

TEST_F(LeaderElectionTest, ReleaseSaysWhenItCouldNot) {
    const auto one = candidate("one");
    one->round();
    lease_.down(true);
    const auto freed = one->release();
    ASSERT_FALSE(freed);
    EXPECT_EQ(freed.error().code, core::Code::kUnavailable);
}

TEST_F(LeaderElectionTest, ReleaseAfterTheLeadRanOutWritesNothing) {
    const auto one = candidate("one");
    one->round();
    clock_.advance(seconds(10));
    EXPECT_TRUE(one->release());
    EXPECT_EQ(lease_.held()->holder, "one");
}

TEST_F(LeaderElectionTest, ATakenLeaseEndsTheLead) {
    std::promise<std::string> lost;  // outlives the thread that keeps it
    const auto one = candidate("one");
    ASSERT_TRUE(one->acquire({}));
    one->hold([&](const std::string& reason) { lost.set_value(reason); });
    lease_.put({"other", seconds(15), kStart, kStart, 9, ""});
    advance(*one, seconds(2));
    EXPECT_EQ(lost.get_future().get(), "taken by other");
    EXPECT_FALSE(one->leading());
    EXPECT_EQ(metrics_.of("stackseal"), 0);
}

TEST_F(LeaderElectionTest, AHangingRenewalDoesNotHideTheLoss) {
    std::promise<void> lost;  // outlives the thread that keeps it
    const auto one = candidate("one");
    ASSERT_TRUE(one->acquire({}));
    one->hold([&](const std::string&) { lost.set_value(); });
    lease_.hang(true);
    advance(*one, seconds(2));
    lease_.await_attempts(2);
    EXPECT_TRUE(one->leading());
    advance(*one, seconds(8));
    EXPECT_FALSE(one->leading()) << "by the clock, before any thread has noticed";
    lost.get_future().get();
    lease_.hang(false);  // the renewal is answered now: too late to lead again
    EXPECT_TRUE(one->release());
    EXPECT_FALSE(one->leading());
    EXPECT_EQ(lines("Leadership lost"), 1U);
}

}  // namespace
}  // namespace stackseal::runtime
