// SPDX-License-Identifier: Apache-2.0
// Orders of keys, with a generator that stops where the test wants it to.
#include "controller/runtime/key_threads.hpp"

#include <gtest/gtest.h>

#include <future>

#include "tests/support/fakes.hpp"

namespace stackseal::runtime {
namespace {

using core::KeyAlgorithm;
using core::KeySpec;
using core::Ref;

constexpr KeySpec kRsa{KeyAlgorithm::kRsa, 2048};
constexpr KeySpec kLongRsa{KeyAlgorithm::kRsa, 4096};
constexpr KeySpec kEcdsa{KeyAlgorithm::kEcdsa, 256};
constexpr KeySpec kEd25519{KeyAlgorithm::kEd25519, 0};
const core::Instant kStart{std::chrono::milliseconds(1'790'000'000'000)};

Ref owner(const std::string& space, const std::string& name) {
    return {core::Resource::kCertificate, space, name};
}
const Ref kOwner = owner("openstack", "libvirt");

/// Makes numbered keys. Slow ones wait for let(), one permit each.
class Workshop {
  public:
    core::Result<core::PrivateKey> make(const KeySpec& spec) {
        std::unique_lock lock(mutex_);
        if (spec.algorithm == KeyAlgorithm::kRsa) {
            ++begun_;
            moved_.notify_all();
            moved_.wait(lock, [&] { return permits_ > 0; });
            --permits_;
        }
        if (broken_) return core::Error{core::Code::kInternal, "no entropy"};
        made_.push_back(spec);
        return core::PrivateKey{core::SecretBytes("key-" + std::to_string(made_.size())), {}};
    }
    void let(int keys) {
        const std::lock_guard lock(mutex_);
        permits_ += keys;
        moved_.notify_all();
    }
    void break_down() {
        const std::lock_guard lock(mutex_);
        broken_ = true;
    }
    void await_begun(int keys) {
        std::unique_lock lock(mutex_);
        moved_.wait(lock, [&] { return begun_ >= keys; });
    }
    std::vector<KeySpec> made() {
        const std::lock_guard lock(mutex_);
        return made_;
    }

  private:
    std::mutex mutex_;
    std::condition_variable moved_;
    int permits_ = 0;
    int begun_ = 0;
    bool broken_ = false;
    std::vector<KeySpec> made_;
};

/// Who was woken, in order.
class Bell {
  public:
    void ring(const Ref& who) {
        const std::lock_guard lock(mutex_);
        woken_.push_back(who);
        rung_.notify_all();
    }
    std::vector<Ref> await(std::size_t count) {
        std::unique_lock lock(mutex_);
        rung_.wait(lock, [&] { return woken_.size() >= count; });
        return woken_;
    }
    std::size_t count() {
        const std::lock_guard lock(mutex_);
        return woken_.size();
    }

  private:
    std::mutex mutex_;
    std::condition_variable rung_;
    std::vector<Ref> woken_;
};

class KeyThreadsTest : public testing::Test {
  protected:
    std::unique_ptr<KeyThreads> start(unsigned threads) {
        return std::make_unique<KeyThreads>(
            [this](const KeySpec& spec) { return workshop_.make(spec); },
            [this](const Ref& who) { bell_.ring(who); }, clock_, threads);
    }

    tests::FakeClock clock_{kStart};
    Workshop workshop_;
    Bell bell_;
};

TEST_F(KeyThreadsTest, FastKeysAreReadyAtOnceAndStayTheSame) {
    const auto keys = start(1);
    for (const KeySpec& spec : {kEcdsa, kEd25519}) {
        const core::KeyOrder first = keys->order(kOwner, spec);
        ASSERT_TRUE(first.ready());
        EXPECT_EQ(first.since, kStart);
        EXPECT_EQ(keys->order(kOwner, spec).key, first.key);
    }
    EXPECT_EQ(bell_.count(), 0U);
    EXPECT_EQ(keys->pending(), 0U);
}

TEST_F(KeyThreadsTest, ForgettingMakesTheNextOrderANewOne) {
    const auto keys = start(1);
    const auto first = keys->order(kOwner, kEcdsa).key;
    keys->forget(kOwner);
    EXPECT_NE(keys->order(kOwner, kEcdsa).key, first);
    keys->forget(owner("nobody", "here"));
}

TEST_F(KeyThreadsTest, SlowKeysWakeTheirOwner) {
    const auto keys = start(1);
    EXPECT_FALSE(keys->order(kOwner, kRsa).ready());
    clock_.advance(std::chrono::seconds(5));
    const core::KeyOrder again = keys->order(kOwner, kRsa);
    EXPECT_FALSE(again.ready());
    EXPECT_EQ(again.since, kStart);
    EXPECT_EQ(keys->pending(), 1U);
    workshop_.let(1);
    EXPECT_EQ(bell_.await(1), std::vector<Ref>{kOwner});
    const core::KeyOrder ready = keys->order(kOwner, kRsa);
    ASSERT_TRUE(ready.ready());
    EXPECT_EQ(ready.since, kStart);
    EXPECT_EQ(workshop_.made().size(), 1U);
}

TEST_F(KeyThreadsTest, AFailureIsTheAnswerUntilForgotten) {
    const auto keys = start(1);
    workshop_.break_down();
    keys->order(kOwner, kRsa);
    workshop_.let(1);
    bell_.await(1);
    const core::KeyOrder failed = keys->order(kOwner, kRsa);
    EXPECT_FALSE(failed.ready());
    ASSERT_TRUE(failed.failure);
    EXPECT_EQ(failed.failure->message, "no entropy");
    EXPECT_TRUE(keys->order(owner("openstack", "fast"), kEcdsa).failure);
}

TEST_F(KeyThreadsTest, AChangedOrderReplacesTheOneInTheMaking) {
    const auto keys = start(2);
    keys->order(kOwner, kRsa);
    workshop_.await_begun(1);
    EXPECT_FALSE(keys->order(kOwner, kLongRsa).ready());
    EXPECT_EQ(keys->pending(), 1U) << "one key of an owner is in the making, even with two threads";
    workshop_.let(2);
    EXPECT_EQ(bell_.await(1), std::vector<Ref>{kOwner});
    EXPECT_TRUE(keys->order(kOwner, kLongRsa).ready());
    EXPECT_EQ(workshop_.made(), (std::vector<KeySpec>{kRsa, kLongRsa}));
    EXPECT_EQ(bell_.count(), 1U) << "nobody wants the first key any more";
}

TEST_F(KeyThreadsTest, AChangeToAFastKeyIsServedAtOnce) {
    const auto keys = start(1);
    keys->order(kOwner, kRsa);
    workshop_.await_begun(1);
    EXPECT_TRUE(keys->order(kOwner, kEcdsa).ready());
    workshop_.let(2);
    keys->order(owner("openstack", "next"), kRsa);
    EXPECT_EQ(bell_.await(1), (std::vector<Ref>{owner("openstack", "next")}));
    EXPECT_TRUE(keys->order(kOwner, kEcdsa).ready());
}

TEST_F(KeyThreadsTest, AWaitingOrderThatIsForgottenIsNotMade) {
    const auto keys = start(1);
    keys->order(owner("a", "first"), kRsa);
    workshop_.await_begun(1);
    keys->order(kOwner, kRsa);
    keys->order(owner("z", "last"), kRsa);
    keys->forget(kOwner);
    EXPECT_EQ(keys->pending(), 2U);
    workshop_.let(2);
    EXPECT_EQ(bell_.await(2), (std::vector<Ref>{owner("a", "first"), owner("z", "last")}));
    EXPECT_EQ(workshop_.made().size(), 2U);
}

TEST_F(KeyThreadsTest, AnOrderForgottenInTheMakingWakesNobody) {
    const auto keys = start(1);
    keys->order(kOwner, kRsa);
    workshop_.await_begun(1);
    keys->forget(kOwner);
    keys->order(owner("openstack", "next"), kRsa);
    workshop_.let(2);
    EXPECT_EQ(bell_.await(1), (std::vector<Ref>{owner("openstack", "next")}));
}

TEST_F(KeyThreadsTest, NamespacesTakeTurns) {
    const auto keys = start(1);
    keys->order(owner("b", "0"), kRsa);
    workshop_.await_begun(1);
    for (const char* name : {"1", "2", "3"}) keys->order(owner("b", name), kRsa);
    keys->order(owner("c", "1"), kRsa);
    keys->order(owner("a", "1"), kRsa);
    workshop_.let(6);
    EXPECT_EQ(bell_.await(6),
              (std::vector<Ref>{owner("b", "0"), owner("c", "1"), owner("a", "1"), owner("b", "1"),
                                owner("b", "2"), owner("b", "3")}));
}

TEST_F(KeyThreadsTest, PendingEndsOnlyAfterTheOwnerWasWoken) {
    std::promise<std::size_t> seen;
    KeyThreads* self = nullptr;
    KeyThreads keys([this](const KeySpec& spec) { return workshop_.make(spec); },
                    [&](const Ref&) { seen.set_value(self->pending()); }, clock_, 0);
    self = &keys;
    keys.order(kOwner, kRsa);
    workshop_.let(1);
    EXPECT_EQ(seen.get_future().get(), 1U);
}

TEST_F(KeyThreadsTest, EndingFinishesTheKeyInTheMakingAndDropsTheRest) {
    auto keys = start(1);
    keys->order(kOwner, kRsa);
    workshop_.await_begun(1);
    keys->order(owner("openstack", "waits"), kRsa);
    keys->request_stop();
    workshop_.let(2);
    keys.reset();
    EXPECT_EQ(workshop_.made().size(), 1U);
    EXPECT_EQ(bell_.count(), 1U);
}

TEST(FairLine, TakesTurnsOverNamespacesAndKeepsOrderWithin) {
    FairLine line;
    EXPECT_FALSE(line.pop());
    for (const char* name : {"1", "2", "3"}) line.push(owner("a", name));
    line.push(owner("b", "1"));
    line.remove(owner("a", "2"));
    line.remove(owner("c", "1"));
    EXPECT_EQ(line.size(), 3U);
    EXPECT_EQ(line.pop(), owner("a", "1"));
    EXPECT_EQ(line.pop(), owner("b", "1"));
    EXPECT_EQ(line.pop(), owner("a", "3"));
    EXPECT_FALSE(line.pop());
}

}  // namespace
}  // namespace stackseal::runtime
