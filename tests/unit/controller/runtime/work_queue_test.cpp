// SPDX-License-Identifier: Apache-2.0
// The queue's shell: waking, stopping, metrics. Threads meet by futures, time is moved by hand.
#include "controller/runtime/work_queue.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <future>
#include <latch>
#include <map>
#include <thread>

#include "tests/support/checked_metrics.hpp"
#include "tests/support/fakes.hpp"

namespace stackseal::runtime {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;
using tests::FakeClock;

const core::Instant kStart{milliseconds(1'790'000'000'000)};

core::Ref key(const std::string& name) {
    return {core::Resource::kCertificate, "ns", name};
}

/// Counts by name, whatever the labels.
class CountingMetrics : public tests::CheckedMetrics {
  public:
    void count(std::string_view name, std::initializer_list<ports::Label> labels,
               double by) override {
        CheckedMetrics::count(name, labels, by);
        const std::lock_guard lock(mutex_);
        values_[std::string(name)] += by;
    }
    void observe(std::string_view name, std::initializer_list<ports::Label> labels,
                 double value) override {
        CheckedMetrics::observe(name, labels, value);
        const std::lock_guard lock(mutex_);
        values_[std::string(name)] += value;
    }
    double value(const std::string& name) {
        const std::lock_guard lock(mutex_);
        return values_[name];
    }

  private:
    std::mutex mutex_;
    std::map<std::string, double> values_;
};

class WorkQueueTest : public testing::Test {
  protected:
    std::future<std::optional<Handed>> get_elsewhere(std::stop_token stop = {}) {
        return std::async(std::launch::async, [this, stop] { return queue_.get(stop); });
    }

    FakeClock clock_{kStart};
    CountingMetrics metrics_;
    WorkQueue queue_{clock_, metrics_};
};

TEST_F(WorkQueueTest, GetWaitsForAnAdd) {
    auto got = get_elsewhere();
    queue_.add(key("a"));
    const auto handed = got.get();
    ASSERT_TRUE(handed);
    EXPECT_EQ(handed->key, key("a"));
}

TEST_F(WorkQueueTest, GetWaitsForTheClock) {
    queue_.add_after(key("a"), seconds(30));
    EXPECT_FALSE(queue_.try_get());
    auto got = get_elsewhere();
    clock_.advance(seconds(30));
    queue_.clock_moved();
    EXPECT_EQ(got.get()->key, key("a"));
}

TEST_F(WorkQueueTest, GetWaitsForDone) {
    queue_.add(key("a"));
    ASSERT_TRUE(queue_.try_get());
    queue_.add(key("a"));
    auto got = get_elsewhere();
    EXPECT_FALSE(queue_.try_get());
    queue_.done(key("a"));
    EXPECT_EQ(got.get()->key, key("a"));
}

TEST_F(WorkQueueTest, StopEndsTheWait) {
    std::stop_source stop;
    auto got = get_elsewhere(stop.get_token());
    stop.request_stop();
    EXPECT_FALSE(got.get());
}

TEST_F(WorkQueueTest, ShutDownEndsTheWaitAndLeavesWhatWaits) {
    auto got = get_elsewhere();
    queue_.shut_down();
    EXPECT_FALSE(got.get());
    queue_.add(key("a"));
    queue_.add_after(key("b"), seconds(1));
    EXPECT_FALSE(queue_.try_get());
    EXPECT_FALSE(queue_.get({}));
    EXPECT_EQ(queue_.stats().ready + queue_.stats().delayed, 0U);
}

TEST_F(WorkQueueTest, NoWaitIsLongerThanAnHour) {
    queue_.add_at(key("a"), kStart + hours(24 * 300));
    EXPECT_EQ(queue_.stats().next_due, clock_.monotonic() + hours(1));
}

TEST_F(WorkQueueTest, WallTimeIsConvertedAtHandOver) {
    queue_.add_at(key("a"), kStart + seconds(5));
    queue_.add_at(key("past"), kStart - hours(5));
    EXPECT_EQ(queue_.try_get()->key, key("past"));
    EXPECT_FALSE(queue_.try_get());
    clock_.advance(seconds(5));
    EXPECT_EQ(queue_.try_get()->key, key("a"));
}

TEST_F(WorkQueueTest, AwaitChangeSeesAnAddAndHasAnEnd) {
    queue_.await_change(milliseconds(1));
    auto waited = std::async(std::launch::async, [this] {
        while (queue_.idle()) queue_.await_change(seconds(60));
    });
    queue_.add(key("a"));
    waited.get();
    EXPECT_FALSE(queue_.idle());
}

TEST_F(WorkQueueTest, DoneGuardGivesTheKeyBack) {
    queue_.add(key("a"));
    ASSERT_TRUE(queue_.try_get());
    { const DoneGuard done(queue_, key("a")); }
    EXPECT_TRUE(queue_.idle());
    EXPECT_EQ(queue_.handed_out(), 1U);
}

TEST_F(WorkQueueTest, CountsWhatControllerRuntimeCounts) {
    queue_.add(key("a"));
    queue_.add(key("a"));
    queue_.add_after(key("b"), seconds(9));
    clock_.advance(seconds(2));
    ASSERT_TRUE(queue_.try_get());
    clock_.advance(seconds(3));
    const auto samples = queue_.samples();
    ASSERT_EQ(samples.size(), 3U);
    CountingMetrics::expect_agreed(samples);
    EXPECT_EQ(samples[0].name, "workqueue_depth");
    EXPECT_EQ(samples[0].value, 0);
    EXPECT_EQ(samples[1].name, "workqueue_unfinished_work_seconds");
    EXPECT_EQ(samples[1].value, 3);
    EXPECT_EQ(samples[2].name, "workqueue_longest_running_processor_seconds");
    EXPECT_EQ(samples[2].value, 3);
    queue_.done(key("a"));
    EXPECT_EQ(metrics_.value("workqueue_adds_total"), 2);
    EXPECT_EQ(metrics_.value("workqueue_retries_total"), 1);
    EXPECT_EQ(metrics_.value("workqueue_queue_duration_seconds"), 2);
    EXPECT_EQ(metrics_.value("workqueue_work_duration_seconds"), 3);
}

TEST_F(WorkQueueTest, ManyThreadsNeverShareAKeyAndLoseNothing) {
    constexpr int kKeys = 20;
    constexpr int kAddsPerThread = 2'000;
    std::array<std::atomic<int>, kKeys> running{};
    std::array<std::atomic<int>, kKeys> wanted{};  // changes that no pass has seen yet
    std::atomic<bool> shared = false;
    const auto work = [&] {
        while (const auto handed = queue_.get({})) {
            const auto at = static_cast<std::size_t>(std::stoi(handed->key.name));
            if (++running[at] != 1) shared = true;
            wanted[at] = 0;
            --running[at];
            queue_.done(handed->key);
        }
    };
    const auto feed = [&](int first) {
        for (int i = 0; i < kAddsPerThread; ++i) {
            const int at = (first + i * 7) % kKeys;
            ++wanted[static_cast<std::size_t>(at)];
            queue_.add(key(std::to_string(at)));
        }
    };
    {
        std::vector<std::jthread> workers;
        for (int i = 0; i < 4; ++i) workers.emplace_back(work);
        {
            const std::jthread one([&] { feed(0); });
            const std::jthread two([&] { feed(3); });
        }
        while (!queue_.idle()) queue_.await_change(milliseconds(5));
        queue_.shut_down();
    }
    EXPECT_FALSE(shared);
    for (const auto& open : wanted) EXPECT_EQ(open, 0);
}

}  // namespace
}  // namespace stackseal::runtime
