// SPDX-License-Identifier: Apache-2.0
// Wake-ups, verdicts, metrics and the log, pass by pass.
#include <gtest/gtest.h>

#include <new>
#include <stdexcept>

#include "tests/unit/controller/runtime/controller_rig.hpp"

namespace stackseal::runtime {
namespace {

using core::Ref;
using core::Resource;
using std::chrono::milliseconds;
using std::chrono::seconds;
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

}  // namespace
}  // namespace stackseal::runtime
