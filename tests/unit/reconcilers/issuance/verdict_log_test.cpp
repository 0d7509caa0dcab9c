// SPDX-License-Identifier: Apache-2.0
// Trouble is told once, health never.
#include "reconcilers/issuance/verdict_log.hpp"

#include <gtest/gtest.h>

#include "tests/support/fakes.hpp"

namespace stackseal::issuance {
namespace {

using Conditions = std::vector<api::Condition>;

const core::Ref kObject{core::Resource::kCertificate, "openstack", "api"};

Conditions ready(std::string status, std::string reason, std::string message = "") {
    return {{.type = "Ready",
             .status = std::move(status),
             .reason = std::move(reason),
             .message = std::move(message)}};
}

/// How many lines a change from one to the other is worth.
std::size_t lines(const Conditions& before, const Conditions& after) {
    tests::MemoryLog log;
    log_verdict(log, kObject, before, after);
    return log.lines().size();
}

TEST(VerdictLog, NamesTheObjectTheReasonAndTheMessage) {
    tests::MemoryLog log;
    log_verdict(log, kObject, {},
                ready("False", "Forbidden", "create secrets a/b: cannot create resource"));
    EXPECT_EQ(log.lines(),
              std::vector<std::string>{"held up object=Certificate openstack/api ready=False "
                                       "reason=Forbidden message=create secrets a/b: cannot create "
                                       "resource"});
}

TEST(VerdictLog, TellsEachTroubleOnce) {
    const Conditions denied = ready("False", "Forbidden", "create");
    EXPECT_EQ(lines({}, denied), 1U);
    EXPECT_EQ(lines(ready("True", "Ready"), denied), 1U);
    EXPECT_EQ(lines(ready("False", "Forbidden", "patch"), denied), 1U);
    EXPECT_EQ(lines(ready("True", "Forbidden", "create"), denied), 1U);
    EXPECT_EQ(lines(denied, denied), 0U);
}

TEST(VerdictLog, TellsOfAValidCertificateThatCannotBeRenewed) {
    EXPECT_EQ(lines(ready("True", "Ready"), ready("True", "IssuerNotReady")), 1U);
}

TEST(VerdictLog, SaysNothingOfHealth) {
    EXPECT_EQ(lines(ready("False", "Forbidden"), ready("True", "Ready")), 0U);
    EXPECT_EQ(lines({}, {}), 0U);
}

}  // namespace
}  // namespace stackseal::issuance
