// SPDX-License-Identifier: Apache-2.0
// What gather forgets, what apply folds in, and which errors are the queue's and not the status's.
#include "reconcilers/certificate/reconcile.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/reconcilers/certificate/scene.hpp"

namespace stackseal::certificate {
namespace {

using std::chrono::seconds;
using tests::kNow;
using tests::Scene;

core::Result<void> apply_planned(Scene& scene, Observed& observed) {
    const Plan planned = plan(observed, scene.now);
    EXPECT_TRUE(planned.action);
    return apply(*planned.action, observed, scene.around.shelf, scene.around.env);
}

TEST(CertificateReconcile, ForgetsWhoIsGone) {
    Scene scene;
    scene.certificate.reset();
    scene.around.attempts.failed(tests::certificate_ref(), "", {core::Code::kDenied, "no"},
                                 scene.now);
    scene.observe();
    EXPECT_THAT(scene.around.keys.forgotten, ::testing::ElementsAre(tests::certificate_ref()));
    EXPECT_EQ(scene.around.attempts.of(tests::certificate_ref(), "s", scene.now).failures, 0);
}

TEST(CertificateReconcile, FoldsTheWrittenStatusInAndComesToRest) {
    Scene scene;
    Observed observed = scene.observe();
    ASSERT_TRUE(apply_planned(scene, observed));
    ASSERT_EQ(scene.around.shelf.writes.size(), 1U);
    EXPECT_FALSE(plan(observed, scene.now).action);
}

TEST(CertificateReconcile, LeavesAStaleStatusToTheQueue) {
    Scene scene;
    Observed observed = scene.observe();
    scene.around.shelf.refuse({core::Code::kConflict, "changed by another"});
    const auto applied = apply_planned(scene, observed);
    ASSERT_FALSE(applied);
    EXPECT_EQ(applied.error().code, core::Code::kConflict);
    EXPECT_EQ(observed.certificate->status, api::CertificateStatus{});
}

TEST(CertificateReconcile, DoesNotJudgeWhatItCouldNotRead) {
    const core::Error down{core::Code::kUnavailable, "no answer"};
    for (const core::Ref& unread :
         {core::Ref{core::Resource::kSecret, "openstack", "keystone-tls"}, tests::issuer_ref(),
          tests::certificate_ref(),
          core::Ref{core::Resource::kSecret, "authorities", "openstack.ca.g1"}}) {
        Scene scene;
        scene.around.shelf.put(*scene.certificate);
        scene.around.shelf.put(*scene.issuer);
        scene.around.shelf.close(unread, down);
        const auto observed =
            gather(tests::certificate_ref(), scene.around.shelf, scene.around.env);
        ASSERT_FALSE(observed) << core::to_string(unread);
        EXPECT_EQ(observed.error(), down);
    }
}

TEST(CertificateReconcile, TriesAKeyThatCouldNotBeMadeAgainAfterAWhile) {
    Scene scene;
    scene.secret.reset();
    scene.key = {};
    scene.around.keys.answer = {.since = scene.now,
                                .failure = core::Error{core::Code::kInternal, "no entropy"}};
    Observed observed = scene.observe();
    ASSERT_TRUE(apply_planned(scene, observed));
    const Plan failed = plan(observed, scene.now);
    EXPECT_EQ(tests::describe(failed), "record False IssuanceFailed: no entropy");
    EXPECT_EQ(failed.next.at, scene.now + seconds(10));
    EXPECT_EQ(std::get<Record>(*failed.action).status.failed_attempts, 1);
    EXPECT_THAT(scene.around.keys.forgotten, ::testing::ElementsAre(tests::certificate_ref()));
    scene.now += seconds(10);
    EXPECT_EQ(tests::describe(scene.planned()), "order ECDSA-256");
}

/// A failure speaks of what was asked for; another demand is tried at once.
TEST(CertificateReconcile, TriesAChangedSpecAtOnce) {
    Scene scene;
    scene.secret.reset();
    scene.observe();
    scene.around.attempts.failed(tests::certificate_ref(), "", {core::Code::kDenied, "no"},
                                 scene.now);
    EXPECT_EQ(tests::describe(scene.planned()), "record False Forbidden: no");
    scene.certificate->meta.generation = 5;
    EXPECT_THAT(tests::describe(scene.planned()), ::testing::StartsWith("issue: DoesNotExist"));
}

}  // namespace
}  // namespace stackseal::certificate
