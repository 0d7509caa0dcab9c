// SPDX-License-Identifier: Apache-2.0
// Workers beside each other: how they stop, when they are idle, and that no change is lost.
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <future>
#include <latch>

#include "controller/runtime/key_threads.hpp"
#include "tests/unit/controller/runtime/controller_rig.hpp"

namespace stackseal::runtime {
namespace {

using core::Ref;
using core::Resource;
using std::chrono::milliseconds;
using std::chrono::seconds;

TEST_F(ControllerTest, WorkersWorkAndStopAfterThePassInProgress) {
    std::latch entered(2);
    std::latch leave(1);
    certificates_.script = [&](const Ref&, ports::Reader&) {
        entered.count_down();
        leave.wait();
        return core::Next{};
    };
    queue_.add(kLeaf);
    queue_.add({Resource::kCertificate, "openstack", "nova"});
    controller_.start(2);
    entered.wait();
    EXPECT_EQ(metrics_.of("controller_runtime_active_workers{certificate}"), 2);
    EXPECT_EQ(metrics_.of("controller_runtime_max_concurrent_reconciles{issuer}"), 2);
    EXPECT_FALSE(controller_.idle());
    auto stopped = std::async(std::launch::async, [this] { controller_.stop(); });
    leave.count_down();
    stopped.get();
    EXPECT_EQ(metrics_.of("controller_runtime_active_workers{certificate}"), 0);
    EXPECT_EQ(certificates_.seen().size(), 2U);
    queue_.add(kLeaf);
    EXPECT_FALSE(controller_.run_one());
}

TEST_F(ControllerTest, RunUntilIdleWorksWithoutWorkersAndLeavesDelays) {
    certificates_.script = [](const Ref&, ports::Reader&) {
        return core::Next{.at = kStart + seconds(30)};
    };
    for (int i = 0; i < 10; ++i)
        cluster_.put<api::Certificate>({Resource::kCertificate, "ns", std::to_string(i)});
    EXPECT_TRUE(controller_.run_until_idle(seconds(60)));
    EXPECT_EQ(certificates_.seen().size(), 10U);
    EXPECT_EQ(queue_.stats().delayed, 10U);
    EXPECT_TRUE(controller_.idle(seconds(29)));
    EXPECT_FALSE(controller_.idle(seconds(30))) << "what is due by then is waited for";
    EXPECT_EQ(queue_.stats().delayed, 10U) << "and not before its time";
}

TEST_F(ControllerTest, RunUntilIdleGivesUpOnWhatNeverEnds) {
    certificates_.script = [this](const Ref&, ports::Reader&) {
        queue_.add(kLeaf);
        return core::Next{};
    };
    queue_.add(kLeaf);
    EXPECT_FALSE(controller_.run_until_idle(milliseconds(5)));
}

/// Certificates that need a slow key: the whole loop of order, wake-up and second pass.
TEST(ControllerWithKeys, RunUntilIdleWaitsForOrdersOfKeys) {
    tests::FakeClock clock(kStart);
    tests::NullMetrics metrics;
    tests::MemoryLog log;
    StoreCluster cluster;
    WorkQueue queue(clock, metrics);
    KeyThreads keys([](const core::KeySpec&) { return core::PrivateKey{}; },
                    [&](const Ref& owner) { queue.add(owner); }, clock, 2);
    std::atomic<int> finished = 0;
    Scripted reconciler;
    reconciler.script = [&](const Ref& key, ports::Reader&) {
        const bool ready = keys.order(key, {core::KeyAlgorithm::kRsa, 2048}).ready();
        if (!ready) return core::Next{};
        keys.forget(key);
        ++finished;
        return core::Next{};
    };
    Controller controller({{Resource::kCertificate, &reconciler}}, queue,
                          {cluster, clock, metrics, log}, [&] { return keys.pending(); });
    controller.connect(cluster);
    controller.start(3);
    constexpr int kCount = 200;
    for (int i = 0; i < kCount; ++i)
        cluster.put<api::Certificate>(
            {Resource::kCertificate, "ns-" + std::to_string(i % 5), std::to_string(i)});
    EXPECT_TRUE(controller.run_until_idle(seconds(60)));
    EXPECT_EQ(finished, kCount);
    EXPECT_EQ(keys.pending(), 0U);
}

/// The invariant that tracking exists for: after rest, each key has seen the newest of what it
/// read.
TEST(ControllerUnderLoad, EveryKeySeesTheLastChangeOfWhatItRead) {
    tests::FakeClock clock(kStart);
    tests::NullMetrics metrics;
    tests::MemoryLog log;
    StoreCluster cluster;
    WorkQueue queue(clock, metrics);
    constexpr int kKeys = 12;
    const auto secret_of = [](int i) {
        return Ref{Resource::kSecret, "ns", "secret-" + std::to_string(i % 4)};
    };
    std::array<std::atomic<int>, kKeys> last_seen{};
    Scripted reconciler;
    reconciler.script = [&](const Ref& key, ports::Reader& reader) -> core::Result<core::Next> {
        const int i = std::stoi(key.name);
        STACKSEAL_TRY(auto secret, ports::find<api::SecretFacts>(reader, secret_of(i)));
        last_seen[static_cast<std::size_t>(i)] =
            secret ? std::stoi(secret->meta.resource_version) : 0;
        return core::Next{};
    };
    Controller controller({{Resource::kCertificate, &reconciler}}, queue,
                          {cluster, clock, metrics, log});
    controller.connect(cluster);
    controller.start(3);
    for (int i = 0; i < kKeys; ++i)
        cluster.put<api::Certificate>({Resource::kCertificate, "ns", std::to_string(i)});
    for (int i = 0; i < 2'000; ++i) cluster.put<api::SecretFacts>(secret_of(i));
    ASSERT_TRUE(controller.run_until_idle(seconds(60)));
    for (int i = 0; i < kKeys; ++i) {
        const auto now =
            std::get<api::Snapshot<api::SecretFacts>>(cluster.store.find(secret_of(i)));
        EXPECT_EQ(last_seen[static_cast<std::size_t>(i)], std::stoi(now->meta.resource_version));
    }
}

}  // namespace
}  // namespace stackseal::runtime
