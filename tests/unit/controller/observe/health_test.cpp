// SPDX-License-Identifier: Apache-2.0
// Verdicts as tables, and what is told of a check that changes.
#include "controller/observe/health.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "tests/support/fakes.hpp"

namespace stackseal::observe {
namespace {

using testing::ElementsAre;

TEST(Judge, Table) {
    const Finding good{"ping"};
    const Finding bad{"caches", false};
    struct Row {
        const char* what;
        std::vector<Finding> findings;
        HealthQuestion question;
        HealthAnswer answer;
    };
    const std::vector<Row> rows = {
        {"nothing to check", {}, {}, {200, "ok\n"}},
        {"all pass", {good}, {}, {200, "ok\n"}},
        {"verbose", {good}, {.verbose = true}, {200, "[+]ping ok\nreadyz check passed\n"}},
        {"one fails",
         {good, bad},
         {},
         {500,
          "[+]ping ok\n[-]caches failed: the reason stands in the log\nreadyz check failed\n"}},
        {"the failing one is excluded", {good, bad}, {.exclude = {"caches"}}, {200, "ok\n"}},
        {"excluded and verbose",
         {good, bad},
         {.exclude = {"caches"}, .verbose = true},
         {200, "[+]ping ok\n[+]caches excluded: ok\nreadyz check passed\n"}},
        {"another one is excluded",
         {bad},
         {.exclude = {"ping", ""}},
         {500, "[-]caches failed: the reason stands in the log\nreadyz check failed\n"}},
        {"one asked by name", {good, bad}, {.only = "ping"}, {200, "ok\n"}},
        {"the failing one asked by name",
         {good, bad},
         {.only = "caches"},
         {500, "[-]caches failed: the reason stands in the log\nreadyz check failed\n"}},
        {"an unknown one asked by name",
         {good},
         {.only = "nothing"},
         {404, "no such check in readyz\n"}},
    };
    for (const Row& row : rows)
        EXPECT_EQ(judge("readyz", row.findings, row.question), row.answer) << row.what;
}

class HealthTest : public testing::Test {
  protected:
    core::Result<void> state_;
    tests::MemoryLog log_;
    Health health_{log_};
};

TEST_F(HealthTest, KeepsLivenessAndReadinessApart) {
    health_.add(Probe::kLive, "ping", [] { return core::Result<void>(); });
    health_.add(Probe::kReady, "caches", [] {
        return core::Result<void>(core::Error{core::Code::kUnavailable, "no listing yet"});
    });
    EXPECT_THAT(health_.examine(Probe::kLive), ElementsAre(Finding{"ping", true}));
    EXPECT_THAT(health_.examine(Probe::kReady), ElementsAre(Finding{"caches", false}));
}

TEST_F(HealthTest, TellsAChangeOnce) {
    health_.add(Probe::kReady, "caches", [this] { return state_; });
    health_.examine(Probe::kReady);
    state_ = core::Error{core::Code::kUnavailable, "watch of secrets is stale"};
    health_.examine(Probe::kReady);
    health_.examine(Probe::kReady);
    state_ = {};
    health_.examine(Probe::kReady);
    health_.examine(Probe::kReady);
    EXPECT_THAT(log_.lines(),
                ElementsAre("health check fails check=caches reason=watch of secrets is stale",
                            "health check recovered check=caches"));
}

TEST_F(HealthTest, TakesAnExceptionForAFailure) {
    health_.add(Probe::kLive, "worker",
                []() -> core::Result<void> { throw std::runtime_error("broken"); });
    EXPECT_THAT(health_.examine(Probe::kLive), ElementsAre(Finding{"worker", false}));
    EXPECT_THAT(log_.lines(), ElementsAre("health check fails check=worker reason=broken"));
}

}  // namespace
}  // namespace stackseal::observe
