// SPDX-License-Identifier: Apache-2.0
// QueueCore against a naive model under random operations: nothing early, nothing twice, nothing
// lost.
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

#include "controller/runtime/queue_core.hpp"

namespace stackseal::runtime {
namespace {

using std::chrono::milliseconds;

/// What one key should do, in the plainest words.
struct Wanted {
    std::optional<milliseconds> since;  ///< due since
    std::optional<milliseconds> later;  ///< due at
    Priority priority = Priority::kNormal;
    bool running = false;

    milliseconds rank() const {
        return *since + (priority == Priority::kInitial ? kInitialHandicap : milliseconds(0));
    }
};

class Model {
  public:
    void settle(milliseconds now) {
        for (auto& [key, wanted] : keys_)
            if (wanted.later && *wanted.later <= now) {
                wanted.since = wanted.later;
                wanted.later.reset();
            }
    }
    void add(const core::Ref& key, Priority priority, milliseconds now) {
        settle(now);
        Wanted& wanted = keys_[key];
        const bool known = wanted.since || wanted.later;
        wanted.priority = known ? std::min(wanted.priority, priority) : priority;
        if (!wanted.since) wanted.since = now;
        wanted.later.reset();
    }
    void add_at(const core::Ref& key, Priority priority, milliseconds due, milliseconds now) {
        if (due <= now) return add(key, priority, now);
        settle(now);
        Wanted& wanted = keys_[key];
        if (wanted.since) return;
        wanted.priority = wanted.later ? std::min(wanted.priority, priority) : priority;
        wanted.later = wanted.later ? std::min(*wanted.later, due) : due;
    }
    /// The least rank of what may be handed out; nothing if nothing may.
    std::optional<milliseconds> best(milliseconds now) {
        settle(now);
        std::optional<milliseconds> least;
        for (const auto& [key, wanted] : keys_)
            if (wanted.since && !wanted.running && (!least || wanted.rank() < *least))
                least = wanted.rank();
        return least;
    }
    Wanted& at(const core::Ref& key) { return keys_.at(key); }
    const std::map<core::Ref, Wanted>& keys() const { return keys_; }

  private:
    std::map<core::Ref, Wanted> keys_;
};

class Walk {
  public:
    explicit Walk(unsigned seed) : random_(seed) {}

    void step() {
        switch (pick(6)) {
            case 0:
                return add();
            case 1:
                return add_at();
            case 2:
            case 3:
                return take();
            case 4:
                return done();
            default:
                now_ += milliseconds(pick(40'000));
        }
    }

    /// From here on nothing is added: all that is wanted must come, and then nothing more.
    void drain() {
        while (!running_.empty()) done();
        now_ += std::chrono::hours(2);
        for (std::size_t i = 0; i < 100; ++i) {
            take();
            if (!running_.empty()) done();
        }
        EXPECT_TRUE(core_.idle(now_));
        for (const auto& [key, wanted] : model_.keys())
            EXPECT_FALSE(wanted.since || wanted.later) << "lost " << core::to_string(key);
        EXPECT_EQ(core_.stats(now_).delayed, 0U);
    }

  private:
    int pick(int below) { return std::uniform_int_distribution<int>(0, below - 1)(random_); }
    core::Ref some_key() {
        return {core::Resource::kCertificate, "ns",
                std::string(1, static_cast<char>('a' + pick(8)))};
    }
    Priority some_priority() { return pick(3) == 0 ? Priority::kInitial : Priority::kNormal; }

    void add() {
        const core::Ref key = some_key();
        const Priority priority = some_priority();
        model_.add(key, priority, now_);
        core_.add(key, priority, now_);
    }
    void add_at() {
        const core::Ref key = some_key();
        const Priority priority = some_priority();
        const milliseconds due = now_ + milliseconds(pick(200'000) - 1000);
        model_.add_at(key, priority, due, now_);
        core_.add_at(key, priority, due, now_);
    }
    void take() {
        const auto best = model_.best(now_);
        const auto handed = core_.take(now_);
        ASSERT_EQ(handed.has_value(), best.has_value());
        if (!handed) return;
        Wanted& wanted = model_.at(handed->key);
        ASSERT_FALSE(wanted.running) << "two workers on " << core::to_string(handed->key);
        ASSERT_TRUE(wanted.since && *wanted.since <= now_) << "early";
        ASSERT_EQ(wanted.rank(), *best) << "not the first in line";
        ASSERT_EQ(handed->priority, wanted.priority);
        ASSERT_EQ(handed->waited, now_ - *wanted.since);
        wanted.since.reset();
        wanted.running = true;
        running_.push_back(handed->key);
    }
    void done() {
        if (running_.empty()) return;
        const auto at = static_cast<std::ptrdiff_t>(pick(static_cast<int>(running_.size())));
        const core::Ref key = running_[static_cast<std::size_t>(at)];
        running_.erase(running_.begin() + at);
        model_.at(key).running = false;
        EXPECT_TRUE(core_.done(key, now_));
    }

    std::mt19937 random_;
    milliseconds now_{1'000};
    Model model_;
    QueueCore core_;
    std::vector<core::Ref> running_;
};

class QueueModel : public testing::TestWithParam<unsigned> {};

TEST_P(QueueModel, AgreesWithTheNaiveModel) {
    Walk walk(GetParam());
    for (int i = 0; i < 3'000; ++i) {
        walk.step();
        if (HasFatalFailure() || HasNonfatalFailure()) FAIL() << "step " << i;
    }
    walk.drain();
}

INSTANTIATE_TEST_SUITE_P(Seeds, QueueModel, testing::Range(1U, 21U));

}  // namespace
}  // namespace stackseal::runtime
