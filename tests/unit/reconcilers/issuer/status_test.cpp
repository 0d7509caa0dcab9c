// SPDX-License-Identifier: Apache-2.0
// What stands in an Issuer's status, and what apply folds back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/reconcilers/issuer/scene.hpp"

namespace stackseal::issuer {
namespace {

using std::chrono::hours;
using tests::kNow;
using tests::Scene;

api::IssuerStatus recorded(Scene& scene) {
    const Plan plan = scene.planned();
    const auto* record = plan.action ? std::get_if<Record>(&*plan.action) : nullptr;
    EXPECT_NE(record, nullptr) << tests::describe(plan);
    return record == nullptr ? api::IssuerStatus{} : record->status;
}

const core::Time kEnd = tests::ca_certificate().not_after;

TEST(IssuerStatus, TellsTheGenerationThatSigns) {
    Scene scene;
    const api::IssuerStatus status = recorded(scene);
    const api::AuthorityGeneration expected{
        .number = 1, .fingerprint = "f-ca", .secret_name = "openstack.ca.g1", .not_after = kEnd};
    EXPECT_EQ(status.generations, std::vector{expected});
    EXPECT_EQ(status.not_after, kEnd);
    EXPECT_EQ(status.expires, core::format_rfc3339(kEnd));
    ASSERT_EQ(status.conditions.size(), 1U);
    EXPECT_EQ(status.conditions[0].observed_generation, 2);
    EXPECT_EQ(status.conditions[0].last_transition, kNow);
}

TEST(IssuerStatus, IsWrittenOnceAndNotAgain) {
    Scene scene;
    scene.issuer->status = recorded(scene);
    scene.now += hours(1);
    EXPECT_EQ(tests::describe(scene.planned()), "nothing");
}

TEST(IssuerStatus, KeepsWhatItKnowsOfALostAuthority) {
    Scene scene;
    scene.issuer->status = recorded(scene);
    scene.own.reset();
    scene.around.shelf = {};
    const api::IssuerStatus status = recorded(scene);
    EXPECT_EQ(status.conditions[0].reason, "AuthorityKeyMissing");
    EXPECT_EQ(status.generations.size(), 1U) << "or the loss would be forgotten";
    EXPECT_FALSE(status.not_after);
    EXPECT_EQ(status.expires, "");
}

TEST(IssuerStatus, ForgetsGenerationsWhenItIsNoAuthorityAnyMore) {
    Scene scene;
    scene.issuer->status = recorded(scene);
    scene.issuer->spec.source = api::SelfSigned{};
    const api::IssuerStatus status = recorded(scene);
    EXPECT_TRUE(status.generations.empty());
    EXPECT_FALSE(status.not_after);
}

TEST(IssuerStatus, KeepsItsGenerationsWhileTheSpecIsInvalid) {
    Scene scene;
    scene.issuer->status = recorded(scene);
    scene.spec().duration = std::chrono::seconds(1);
    const api::IssuerStatus status = recorded(scene);
    EXPECT_EQ(status.conditions[0].reason, "InvalidSpec");
    EXPECT_EQ(status.generations.size(), 1U) << "the key is still known";
}

TEST(IssuerReconcile, FoldsTheWrittenStatusInAndComesToRest) {
    Scene scene;
    Observed observed = scene.observe();
    const Plan planned = plan(observed, scene.now);
    ASSERT_TRUE(apply(*planned.action, observed, scene.around.shelf, scene.around.env));
    EXPECT_EQ(scene.around.shelf.writes.size(), 1U);
    EXPECT_FALSE(plan(observed, scene.now).action);
}

TEST(IssuerReconcile, OrdersTheKeyForTheIssuer) {
    Scene scene;
    scene.own.reset();
    scene.key = {};
    Observed observed = scene.observe();
    const Plan planned = plan(observed, scene.now);
    ASSERT_TRUE(apply(*planned.action, observed, scene.around.shelf, scene.around.env));
    EXPECT_THAT(scene.around.keys.ordered,
                ::testing::ElementsAre(core::KeySpec{core::KeyAlgorithm::kEcdsa, 384}));
    EXPECT_TRUE(observed.authority->key.ready());
}

TEST(IssuerReconcile, ForgetsWhoIsGone) {
    Scene scene;
    scene.issuer.reset();
    scene.around.attempts.failed(tests::issuer_ref(), "", {core::Code::kDenied, "no"}, scene.now);
    scene.observe();
    EXPECT_THAT(scene.around.keys.forgotten, ::testing::ElementsAre(tests::issuer_ref()));
    EXPECT_EQ(scene.around.attempts.of(tests::issuer_ref(), "s", scene.now).failures, 0);
}

TEST(IssuerReconcile, DoesNotJudgeWhatItCouldNotRead) {
    Scene scene;
    scene.issuer->spec.source = api::CaSecret{"corporate"};
    scene.around.shelf.put(*scene.issuer);
    const core::Error down{core::Code::kUnavailable, "no answer"};
    scene.around.shelf.close({core::Resource::kSecret, "openstack", "corporate"}, down);
    const auto observed = gather(tests::issuer_ref(), scene.around.shelf, scene.around.env);
    ASSERT_FALSE(observed);
    EXPECT_EQ(observed.error(), down);
}

}  // namespace
}  // namespace stackseal::issuer
