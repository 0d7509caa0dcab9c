// SPDX-License-Identifier: Apache-2.0
// What stands in a Certificate's status, and when it is not written at all.
#include "reconcilers/certificate/status.hpp"

#include <gtest/gtest.h>

#include "tests/unit/reconcilers/certificate/scene.hpp"

namespace stackseal::certificate {
namespace {

using std::chrono::seconds;
using tests::kNow;
using tests::Scene;

api::CertificateStatus recorded(Scene& scene) {
    const Plan plan = scene.planned();
    const auto* record = plan.action ? std::get_if<Record>(&*plan.action) : nullptr;
    EXPECT_NE(record, nullptr) << tests::describe(plan);
    return record == nullptr ? api::CertificateStatus{} : record->status;
}

TEST(CertificateStatus, TellsWhatTheSecretHolds) {
    Scene scene;
    scene.secret->meta.annotations[std::string(api::kIssuerGeneration)] = "1";
    const api::CertificateStatus status = recorded(scene);
    EXPECT_EQ(status.not_before, scene.leaf().not_before);
    EXPECT_EQ(status.not_after, scene.leaf().not_after);
    EXPECT_EQ(status.renewal_time,
              issuance::renewal_of(tests::leaf_demand(), tests::leaf_secret()));
    EXPECT_EQ(status.revision, 3);
    EXPECT_EQ(status.serial, "4d2");
    EXPECT_EQ(status.fingerprint, "f-leaf");
    EXPECT_EQ(status.issuer_generation, 1);
    EXPECT_EQ(status.expires, "2027-02-21T00:00:00Z");
    EXPECT_EQ(status.renews, core::format_rfc3339(*status.renewal_time));
    ASSERT_EQ(status.conditions.size(), 1U);
    EXPECT_EQ(status.conditions[0].observed_generation, 4);
    EXPECT_EQ(status.conditions[0].last_transition, kNow);
}

TEST(CertificateStatus, IsWrittenOnceAndNotAgain) {
    Scene scene;
    scene.certificate->status = recorded(scene);
    scene.now += std::chrono::hours(1);
    const Plan again = scene.planned();
    EXPECT_EQ(tests::describe(again), "nothing");
    EXPECT_EQ(again.next.at, core::Instant(*scene.certificate->status.renewal_time));
}

TEST(CertificateStatus, FollowsTheGenerationWithoutMovingTheTransition) {
    Scene scene;
    scene.certificate->status = recorded(scene);
    scene.certificate->meta.generation = 5;
    scene.now += std::chrono::hours(1);
    const api::CertificateStatus status = recorded(scene);
    EXPECT_EQ(status.conditions[0].observed_generation, 5);
    EXPECT_EQ(status.conditions[0].last_transition, kNow);
}

TEST(CertificateStatus, MovesTheTransitionWithTheStatus) {
    Scene scene;
    scene.certificate->status = recorded(scene);
    scene.issuer.reset();
    scene.around.shelf = {};
    scene.now = core::Instant(scene.leaf().not_after + seconds(1));
    const api::CertificateStatus status = recorded(scene);
    EXPECT_EQ(status.conditions[0].status, "False");
    EXPECT_EQ(status.conditions[0].last_transition, core::seconds_of(scene.now));
}

TEST(CertificateStatus, KeepsTheRevisionOfALostSecretAndNothingElse) {
    Scene scene;
    scene.certificate->status = recorded(scene);
    scene.issuer.reset();
    scene.secret.reset();
    scene.around.shelf = {};
    const api::CertificateStatus status = recorded(scene);
    EXPECT_EQ(status.revision, 3);
    EXPECT_FALSE(status.not_after);
    EXPECT_EQ(status.fingerprint, "");
    EXPECT_EQ(status.expires, "");
}

TEST(CertificateStatus, TellsNothingOfASecretOfOthers) {
    Scene scene;
    scene.secret->meta.labels.clear();
    const api::CertificateStatus status = recorded(scene);
    EXPECT_EQ(status.fingerprint, "");
    EXPECT_EQ(status.revision, 0);
    EXPECT_FALSE(status.not_after);
}

TEST(CertificateStatus, CountsFailuresAndSaysWhenItIsTriedAgain) {
    Scene scene;
    scene.secret.reset();
    scene.around.attempts.failed(tests::certificate_ref(), "", {core::Code::kDenied, "no"},
                                 scene.now);
    Observed observed = scene.observe();
    observed.issuance.history.next_attempt = scene.now + seconds(10);
    const Plan plan = certificate::plan(observed, scene.now);
    const auto& status = std::get<Record>(*plan.action).status;
    EXPECT_EQ(status.failed_attempts, 1);
    EXPECT_EQ(status.last_failure, kNow);
    EXPECT_EQ(status.next_attempt, kNow + seconds(10));
    EXPECT_EQ(plan.next.at, scene.now + seconds(10));
}

TEST(CertificateStatus, KeepsConditionsOfOtherTypes) {
    Scene scene;
    scene.certificate->status.conditions = {{.type = "Audited", .status = "True"}};
    const api::CertificateStatus status = recorded(scene);
    EXPECT_NE(api::find_condition(status.conditions, "Audited"), nullptr);
    EXPECT_NE(api::find_condition(status.conditions, "Ready"), nullptr);
}

}  // namespace
}  // namespace stackseal::certificate
