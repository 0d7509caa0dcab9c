// SPDX-License-Identifier: Apache-2.0
// Workers, wake-ups, verdicts, metrics and the log, over a store in memory.
#include "controller/runtime/controller.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <future>
#include <latch>
#include <new>
#include <stdexcept>

#include "controller/runtime/key_threads.hpp"
#include "controller/store/store.hpp"
#include "tests/support/fakes.hpp"

namespace stackseal::runtime {
namespace {

using core::Ref;
using core::Resource;
using std::chrono::milliseconds;
using std::chrono::seconds;

const core::Instant kStart{milliseconds(1'790'000'000'000)};
const Ref kLeaf{Resource::kCertificate, "openstack", "keystone"};
const Ref kIssuer{Resource::kIssuer, "openstack", "internal"};
const Ref kSecret{Resource::kSecret, "openstack", "keystone-tls"};

/// A store as a cluster.
class StoreCluster : public ports::Reader, public ports::Watcher {
  public:
    core::Result<api::Object> find(const Ref& ref) override { return store.find(ref); }
    core::Result<std::vector<api::Object>> select(const ports::Selection& which) override {
        return store.select(which);
    }
    core::Result<api::Secret> read_secret(const Ref&) override {
        return core::Error{core::Code::kNotFound, "no bytes here"};
    }
    void watch(std::function<void(const ports::Change&)> handler) override {
        store.watch(std::move(handler));
    }

    template <class T>
    void put(const Ref& ref, std::function<void(T&)> change = {}, bool initial = false) {
        const auto before = std::get<api::Snapshot<T>>(store.find(ref));
        auto after = std::make_shared<T>(before ? *before : T{});
        after->meta.name = ref.name;
        after->meta.space = ref.space;
        after->meta.uid = "uid-" + ref.name;
        after->meta.resource_version = std::to_string(++version_);
        if (change) change(*after);
        store.put(api::Snapshot<T>(std::move(after)), initial);
    }
    void remove(const Ref& ref) { store.remove(ref, std::to_string(++version_)); }

    store::Store store;

  private:
    std::atomic<int> version_ = 0;
};

/// Does what the test says, and keeps which keys came.
class Scripted : public ports::Reconciler {
  public:
    using Script = std::function<core::Result<core::Next>(const Ref&, ports::Reader&)>;
    core::Result<core::Next> reconcile(const Ref& key, ports::Reader& reader) override {
        {
            const std::lock_guard lock(mutex_);
            seen_.push_back(key);
        }
        return script(key, reader);
    }
    std::vector<Ref> seen() {
        const std::lock_guard lock(mutex_);
        return std::exchange(seen_, {});
    }

    Script script = [](const Ref&, ports::Reader&) { return core::Next{}; };

  private:
    std::mutex mutex_;
    std::vector<Ref> seen_;
};

/// Sums by name and labels: "name{a,b}".
class SummingMetrics : public tests::NullMetrics {
  public:
    void count(std::string_view name, std::initializer_list<ports::Label> labels,
               double by) override {
        add(name, labels, by);
    }
    void observe(std::string_view name, std::initializer_list<ports::Label> labels,
                 double) override {
        add(name, labels, 1);
    }
    void set(std::string_view name, std::initializer_list<ports::Label> labels,
             double value) override {
        const std::lock_guard lock(mutex_);
        values_[id(name, labels)] = value;
    }
    double of(const std::string& name) {
        const std::lock_guard lock(mutex_);
        return values_[name];
    }

  private:
    static std::string id(std::string_view name, std::initializer_list<ports::Label> labels) {
        std::string out(name);
        out += '{';
        for (const auto& [label, value] : labels) out += (out.back() == '{' ? "" : ",") + value;
        return out + '}';
    }
    void add(std::string_view name, std::initializer_list<ports::Label> labels, double by) {
        const std::lock_guard lock(mutex_);
        values_[id(name, labels)] += by;
    }

    std::mutex mutex_;
    std::map<std::string, double> values_;
};

class ControllerTest : public testing::Test {
  protected:
    ControllerTest() { controller_.connect(cluster_); }

    void drain() {
        while (controller_.run_one()) {
        }
    }
    /// Runs the key once with this answer.
    void run_with(core::Result<core::Next> answer) {
        certificates_.script = [answer](const Ref&, ports::Reader&) { return answer; };
        queue_.add(kLeaf);
        ASSERT_TRUE(controller_.run_one());
    }

    tests::FakeClock clock_{kStart};
    SummingMetrics metrics_;
    tests::MemoryLog log_;
    StoreCluster cluster_;
    Scripted certificates_;
    Scripted issuers_;
    WorkQueue queue_{clock_, metrics_};
    Controller controller_{
        {{Resource::kCertificate, &certificates_}, {Resource::kIssuer, &issuers_}},
        queue_,
        {cluster_, clock_, metrics_, log_}};
};

using Keys = std::vector<Ref>;

TEST_F(ControllerTest, AnObjectWakesItsOwnKey) {
    cluster_.put<api::Certificate>(kLeaf);
    drain();
    EXPECT_EQ(certificates_.seen(), Keys{kLeaf});
    EXPECT_EQ(issuers_.seen(), Keys{});
    cluster_.remove(kLeaf);
    drain();
    EXPECT_EQ(certificates_.seen(), Keys{kLeaf});
}

TEST_F(ControllerTest, WhoReadTheAbsenceOfAnObjectIsWokenWhenItAppears) {
    certificates_.script = [](const Ref&, ports::Reader& reader) -> core::Result<core::Next> {
        STACKSEAL_CHECK(reader.find(kSecret));
        return core::Next{};
    };
    cluster_.put<api::Certificate>(kLeaf);
    drain();
    certificates_.seen();
    cluster_.put<api::SecretFacts>(kSecret);
    drain();
    EXPECT_EQ(certificates_.seen(), Keys{kLeaf});
    cluster_.remove(kSecret);
    drain();
    EXPECT_EQ(certificates_.seen(), Keys{kLeaf});
    cluster_.put<api::SecretFacts>({Resource::kSecret, "openstack", "other"});
    drain();
    EXPECT_EQ(certificates_.seen(), Keys{});
}

TEST_F(ControllerTest, AChangeOfStatusAloneWakesOnlyItsOwnKey) {
    certificates_.script = [](const Ref&, ports::Reader& reader) -> core::Result<core::Next> {
        STACKSEAL_CHECK(reader.find(kIssuer));
        return core::Next{};
    };
    cluster_.put<api::Issuer>(kIssuer);
    cluster_.put<api::Certificate>(kLeaf);
    drain();
    certificates_.seen();
    issuers_.seen();
    cluster_.put<api::Issuer>(kIssuer, [](api::Issuer& issuer) {
        issuer.status.conditions.push_back({"Ready", "True", "Issued", "", 1, {}});
    });
    drain();
    EXPECT_EQ(issuers_.seen(), Keys{kIssuer});
    EXPECT_EQ(certificates_.seen(), Keys{});
    cluster_.put<api::Issuer>(kIssuer, [](api::Issuer& issuer) { ++issuer.meta.generation; });
    drain();
    EXPECT_EQ(certificates_.seen(), Keys{kLeaf});
}

TEST_F(ControllerTest, WhatChangesGoesBeforeTheFirstListing) {
    const Ref listed{Resource::kCertificate, "openstack", "listed"};
    cluster_.put<api::Certificate>(listed, {}, true);
    cluster_.put<api::Certificate>(kLeaf);
    drain();
    EXPECT_EQ(certificates_.seen(), (Keys{kLeaf, listed}));
}

TEST_F(ControllerTest, AChangeDuringThePassBringsTheKeyAgain) {
    int passes = 0;
    certificates_.script = [&](const Ref&, ports::Reader& reader) -> core::Result<core::Next> {
        STACKSEAL_CHECK(reader.find(kSecret));
        if (++passes == 1) cluster_.put<api::SecretFacts>(kSecret);
        return core::Next{};
    };
    cluster_.put<api::Certificate>(kLeaf);
    drain();
    EXPECT_EQ(passes, 2);
}

TEST_F(ControllerTest, AKeyWithoutAReconcilerIsLetGo) {
    queue_.add(kSecret);
    EXPECT_TRUE(controller_.run_one());
    EXPECT_TRUE(controller_.idle());
}

TEST_F(ControllerTest, ComesAgainWhenThePlanSaid) {
    run_with(core::Next{.at = kStart + seconds(30)});
    EXPECT_FALSE(controller_.run_one());
    EXPECT_TRUE(controller_.idle());
    clock_.advance(seconds(30));
    EXPECT_TRUE(controller_.run_one());
    EXPECT_EQ(metrics_.of("controller_runtime_reconcile_total{certificate,requeue_after}"), 2);
}

TEST_F(ControllerTest, LooksAtTheWallClockEveryHour) {
    run_with(core::Next{.at = kStart + std::chrono::hours(1000)});
    clock_.advance(std::chrono::hours(1) - seconds(1));
    EXPECT_FALSE(controller_.run_one());
    clock_.advance(seconds(1));
    EXPECT_TRUE(controller_.run_one());
}

TEST_F(ControllerTest, BacksOffLongerWithEachFailureUntilASuccess) {
    const core::Error down{core::Code::kUnavailable, "down"};
    milliseconds last{0};
    for (int i = 0; i < 4; ++i) {
        run_with(down);
        const milliseconds wait = *queue_.stats().next_due - clock_.monotonic();
        EXPECT_GT(wait, last);
        last = wait;
    }
    run_with(core::Next{});
    run_with(down);
    EXPECT_LE(*queue_.stats().next_due - clock_.monotonic(), seconds(1));
    EXPECT_EQ(metrics_.of("controller_runtime_reconcile_total{certificate,error}"), 5);
    EXPECT_EQ(metrics_.of("controller_runtime_reconcile_errors_total{certificate}"), 5);
    EXPECT_EQ(metrics_.of("controller_runtime_reconcile_total{certificate,success}"), 1);
    EXPECT_EQ(metrics_.of("controller_runtime_reconcile_time_seconds{certificate}"), 6);
}

TEST_F(ControllerTest, AConflictIsRetriedAtOnceEvenAfterAnOutage) {
    for (int i = 0; i < 9; ++i) run_with(core::Error{core::Code::kUnavailable, "down"});
    run_with(core::Error{core::Code::kConflict, "stale"});
    EXPECT_TRUE(controller_.run_one());
    EXPECT_FALSE(controller_.run_one());
    EXPECT_EQ(metrics_.of("controller_runtime_reconcile_total{certificate,requeue}"), 2);
    EXPECT_EQ(metrics_.of("controller_runtime_reconcile_errors_total{certificate}"), 9);
}

TEST_F(ControllerTest, TerminalErrorsAreCountedApart) {
    run_with(core::Error{core::Code::kCorrupt, "key does not fit"});
    EXPECT_EQ(metrics_.of("controller_runtime_terminal_reconcile_errors_total{certificate}"), 1);
    EXPECT_EQ(metrics_.of("controller_runtime_reconcile_errors_total{certificate}"), 1);
}

TEST_F(ControllerTest, WhatWasCancelledIsNeitherCountedNorRetried) {
    run_with(core::Error{core::Code::kCancelled, "shutting down"});
    EXPECT_FALSE(queue_.stats().next_due);
    EXPECT_EQ(metrics_.of("controller_runtime_reconcile_errors_total{certificate}"), 0);
}

TEST_F(ControllerTest, LogsAnErrorOncePerChange) {
    const auto lines = [this] { return log_.lines().size(); };
    for (int i = 0; i < 3; ++i) run_with(core::Error{core::Code::kUnavailable, "down"});
    EXPECT_EQ(lines(), 1U);
    EXPECT_EQ(log_.lines()[0],
              "Reconciliation failed key=Certificate openstack/keystone code=Unavailable "
              "error=down failures=1");
    run_with(core::Error{core::Code::kUnavailable, "still down"});
    EXPECT_EQ(lines(), 2U);
    run_with(core::Error{core::Code::kDenied, "still down"});
    EXPECT_EQ(lines(), 3U);
    run_with(core::Next{});
    EXPECT_EQ(lines(), 3U);
    run_with(core::Error{core::Code::kDenied, "still down"});
    EXPECT_EQ(lines(), 4U);
}

TEST_F(ControllerTest, AnExceptionIsAnInternalError) {
    certificates_.script = [](const Ref&, ports::Reader&) -> core::Result<core::Next> {
        throw std::logic_error("surprise");
    };
    queue_.add(kLeaf);
    EXPECT_TRUE(controller_.run_one());
    EXPECT_TRUE(queue_.stats().next_due);
    EXPECT_TRUE(controller_.idle()) << "the key was given back";
    EXPECT_NE(log_.lines().at(0).find("surprise"), std::string::npos);
    certificates_.script = [](const Ref&, ports::Reader&) -> core::Result<core::Next> { throw 7; };
    queue_.add(kLeaf);
    EXPECT_TRUE(controller_.run_one());
    EXPECT_EQ(metrics_.of("controller_runtime_reconcile_panics_total{certificate}"), 2);
}

TEST_F(ControllerTest, RunningOutOfMemoryEndsTheProcess) {
    testing::FLAGS_gtest_death_test_style = "threadsafe";
    certificates_.script = [](const Ref&, ports::Reader&) -> core::Result<core::Next> {
        throw std::bad_alloc();
    };
    queue_.add(kLeaf);
    EXPECT_DEATH(controller_.run_one(), "");
}

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
    KeyThreads keys([](const core::KeySpec&) { return core::SecretBytes("key"); },
                    [&](const Ref& owner) { queue.add(owner); }, clock, 2);
    std::atomic<int> finished = 0;
    Scripted reconciler;
    reconciler.script = [&](const Ref& key, ports::Reader&) {
        const bool ready = keys.order(key, {core::KeyAlgorithm::kRsa, 2048}).ready();
        if (!ready) return core::Next{.pending = true};
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
