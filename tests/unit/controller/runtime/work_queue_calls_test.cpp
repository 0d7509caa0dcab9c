// SPDX-License-Identifier: Apache-2.0
// Whom the queue wakes: a thread that wakes for nothing takes processor time from the one that
// works.
#include "controller/runtime/work_queue.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <thread>

#include "tests/support/fakes.hpp"

namespace stackseal::runtime {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const core::Instant kStart{milliseconds(1'790'000'000'000)};

core::Ref key(const std::string& name) {
    return {core::Resource::kCertificate, "ns", name};
}

/// Stands still, and counts how often it was looked at: no thread of the queue acts without.
class WatchedClock : public tests::FakeClock {
  public:
    WatchedClock() : FakeClock(kStart) {}
    milliseconds monotonic() override {
        ++looks_;
        return FakeClock::monotonic();
    }
    int looks() const { return looks_; }

  private:
    std::atomic<int> looks_ = 0;
};

class WorkQueueCallsTest : public testing::Test {
  protected:
    static constexpr int kThreads = 8;
    static constexpr int kLooksBeforeSleep = 2;

    void await(int taken) {
        for (int now = taken_; now < taken; now = taken_) taken_.wait(now);
    }
    void work() {
        while (const auto handed = queue_.get({})) {
            queue_.done(handed->key);
            ++taken_;
            taken_.notify_all();
        }
    }
    void await_looks(int count) {
        while (clock_.looks() < count) std::this_thread::yield();
    }

    WatchedClock clock_;
    tests::NullMetrics metrics_;
    WorkQueue queue_{clock_, metrics_};
    std::atomic<int> taken_ = 0;
};

TEST_F(WorkQueueCallsTest, OneKeyWakesOneThread) {
    constexpr int kKeys = 200;
    std::vector<std::jthread> threads;
    for (int i = 0; i < kThreads; ++i) threads.emplace_back([this] { work(); });
    await_looks(kThreads * kLooksBeforeSleep);
    const int before = clock_.looks();
    for (int i = 1; i <= kKeys; ++i) {
        queue_.add(key(std::to_string(i)));
        await(i);
    }
    const int looks = clock_.looks() - before;
    queue_.shut_down();
    // Added, taken, called the next, done, nothing more to take, asleep.
    EXPECT_LT(looks, kKeys * 7);
}

TEST_F(WorkQueueCallsTest, ADelayIsKeptBesideOtherKeys) {
    const auto get = [this] { return queue_.get({}); };
    auto one = std::async(std::launch::async, get);
    auto other = std::async(std::launch::async, get);
    await_looks(2 * kLooksBeforeSleep);
    queue_.add_after(key("later"), milliseconds(50));
    queue_.add(key("now"));
    clock_.advance(milliseconds(50));
    EXPECT_EQ(one.wait_for(seconds(5)), std::future_status::ready);
    EXPECT_EQ(other.wait_for(seconds(5)), std::future_status::ready);
    queue_.shut_down();
}

}  // namespace
}  // namespace stackseal::runtime
