// SPDX-License-Identifier: Apache-2.0
// The order of questions that decide() asks.
#include "reconcilers/issuance/decide.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reconcilers/issuance/attempts.hpp"
#include "tests/support/issuance_builders.hpp"

namespace stackseal::issuance {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using tests::kNow;
namespace reason = core::reason;

Observed absent() {
    Observed observed = tests::good();
    observed.secret = nullptr;
    return observed;
}

core::Reason halt_reason(const Step& step) {
    const auto* halt = std::get_if<Halt>(&step);
    return halt == nullptr ? core::Reason("no halt") : halt->reason;
}

TEST(Decide, LeavesAGoodSecretAlone) {
    const Step step = decide(tests::good(), kNow);
    ASSERT_TRUE(std::holds_alternative<Good>(step));
    EXPECT_GT(std::get<Good>(step).renew_at, kNow);
}

TEST(Decide, OrdersAKeyBeforeItIssues) {
    Observed observed = absent();
    EXPECT_EQ(decide(observed, kNow), Step(TakeKey{core::KeySpec{}}));
    observed.key.since = kNow;
    EXPECT_EQ(halt_reason(decide(observed, kNow)), reason::kWaitingForKey);
    observed.key = tests::ready_key();
    const Step step = decide(observed, kNow);
    ASSERT_TRUE(std::holds_alternative<Issue>(step));
    EXPECT_EQ(std::get<Issue>(step).reason, reason::kDoesNotExist);
    EXPECT_TRUE(std::get<Issue>(step).first);
    EXPECT_EQ(std::get<Issue>(step).revision, 1);
}

TEST(Decide, CountsRevisionsOnAcrossALostSecret) {
    Observed observed = absent();
    observed.key = tests::ready_key();
    observed.last_revision = 5;
    const auto issue = std::get<Issue>(decide(observed, kNow));
    EXPECT_EQ(issue.revision, 6);
    EXPECT_FALSE(issue.first);
}

TEST(Decide, KeepsTheKeyWhenAskedTo) {
    Observed observed = tests::good();
    observed.demand.key.rotate = false;
    observed.demand.reissue = "again";
    const auto issue = std::get<Issue>(decide(observed, kNow));
    EXPECT_TRUE(issue.reuse_key);
    observed.demand.key.size = 384;
    EXPECT_EQ(halt_reason(decide(observed, kNow)), reason::kKeyRotationForbidden);
}

TEST(Decide, TouchesNothingOfOthers) {
    Observed observed = tests::good();
    observed.demand.reissue = "again";
    api::SecretFacts secret = tests::leaf_secret();
    secret.meta.labels.clear();
    secret.meta.annotations.clear();
    observed.secret = tests::snapshot(secret);
    EXPECT_EQ(halt_reason(decide(observed, kNow)), reason::kSecretConflict);
}

TEST(Decide, AnObstacleComesBeforeEverything) {
    Observed observed = absent();
    observed.obstacle = Halt{reason::kIssuerNotFound, "no"};
    EXPECT_EQ(halt_reason(decide(observed, kNow)), reason::kIssuerNotFound);
}

TEST(Decide, WaitsForTheSigner) {
    Observed observed = absent();
    observed.signer = nullptr;
    const Step step = decide(observed, kNow);
    EXPECT_EQ(halt_reason(step), reason::kIssuerNotReady);
    EXPECT_TRUE(std::get<Halt>(step).waiting);
}

TEST(Decide, SignsNothingWithAWrongClock) {
    Observed observed = absent();
    for (const int off : {301, -301}) {
        observed.clock_skew = core::ClockSkew{seconds(off)};
        EXPECT_EQ(halt_reason(decide(observed, kNow)), reason::kClockSkew);
    }
    observed.clock_skew = core::ClockSkew{seconds(300)};
    EXPECT_TRUE(std::holds_alternative<TakeKey>(decide(observed, kNow)));
    Observed fine = tests::good();
    fine.clock_skew = core::ClockSkew{seconds(9999)};
    EXPECT_TRUE(std::holds_alternative<Good>(decide(fine, kNow))) << "nothing is to be signed";
}

TEST(Decide, RestoresMetadataAndAnchorsWithoutReissue) {
    Observed observed = tests::good();
    observed.demand.secret_template.labels = {{"team", "keystone"}};
    EXPECT_EQ(decide(observed, kNow), Step(Amend{false}));
    observed = tests::good();
    api::SecretFacts secret = tests::leaf_secret();
    secret.pair.anchors.clear();
    observed.secret = tests::snapshot(secret);
    EXPECT_EQ(decide(observed, kNow), Step(Amend{true}));
}

TEST(Decide, FollowsTheDeletionPolicyInBothDirections) {
    Observed observed = tests::good();
    const api::OwnerReference owner{.name = "keystone", .uid = observed.demand.owner_uid};
    observed.demand.owner_reference = owner;
    EXPECT_EQ(decide(observed, kNow), Step(Amend{false}));
    api::SecretFacts secret = tests::leaf_secret();
    secret.meta.owners = {owner};
    observed.secret = tests::snapshot(secret);
    EXPECT_TRUE(std::holds_alternative<Good>(decide(observed, kNow)));
    observed.demand.owner_reference.reset();
    EXPECT_EQ(decide(observed, kNow), Step(Amend{false})) << "or the Secret still dies with it";
    secret.meta.owners[0].uid = "of-another";
    observed.secret = tests::snapshot(secret);
    EXPECT_TRUE(std::holds_alternative<Good>(decide(observed, kNow)));
}

TEST(Decide, PausesALoopAndBacksOffAFailure) {
    Observed observed = absent();
    observed.history.breaker_until = kNow + seconds(5);
    EXPECT_EQ(halt_reason(decide(observed, kNow)), reason::kIssuanceLoop);
    EXPECT_TRUE(std::holds_alternative<TakeKey>(decide(observed, kNow + seconds(5))));
    observed.history = {};
    observed.history.error = core::Error{core::Code::kDenied, "no"};
    observed.history.next_attempt = kNow + seconds(10);
    const Step step = decide(observed, kNow);
    EXPECT_EQ(halt_reason(step), reason::kForbidden);
    EXPECT_EQ(std::get<Halt>(step).until, kNow + seconds(10));
    EXPECT_TRUE(std::holds_alternative<TakeKey>(decide(observed, kNow + seconds(10))));
}

TEST(Decide, DoesNotRenewUnderASignerThatEndsAsSoon) {
    Observed observed = tests::good();
    api::SecretFacts secret = tests::leaf_secret();
    secret.pair.chain[0].not_after = kNow + hours(24);
    secret.pair.chain[0].not_before = kNow - hours(2136);
    observed.secret = tests::snapshot(secret);
    observed.key = tests::ready_key();
    EXPECT_TRUE(std::holds_alternative<Issue>(decide(observed, kNow)));
    api::SecretFacts signer = tests::ca_secret();
    signer.pair.chain[0].not_after = kNow + hours(25);
    observed.signer = tests::snapshot(signer);
    EXPECT_EQ(halt_reason(decide(observed, kNow)), reason::kIssuerNotReady);
}

TEST(Decide, GivesTheSameApplyItsTime) {
    Observed observed = absent();
    observed.demand.not_before_instant = kNow + seconds(1);
    const Step step = decide(observed, kNow);
    EXPECT_EQ(halt_reason(step), reason::kIssuerNotReady);
    EXPECT_EQ(std::get<Halt>(step).until, kNow + seconds(1));
}

TEST(Profile, NeverOutlivesTheChainNorPredatesIt) {
    Observed observed = absent();
    observed.key = tests::ready_key();
    api::SecretFacts signer = tests::ca_secret();
    signer.pair.chain[0].not_before = kNow - std::chrono::minutes(5);
    signer.pair.chain[0].not_after = kNow + hours(48);
    observed.signer = tests::snapshot(signer);
    const auto issue = std::get<Issue>(decide(observed, kNow));
    EXPECT_EQ(issue.profile.not_before, kNow - std::chrono::minutes(5));
    EXPECT_EQ(issue.profile.not_after, kNow + hours(48));
}

TEST(Profile, IsBackdatedByAnHourAndLastsAsAsked) {
    Observed observed = absent();
    observed.key = tests::ready_key();
    observed.demand.duration = hours(100);
    const auto profile = std::get<Issue>(decide(observed, kNow)).profile;
    EXPECT_EQ(profile.not_before, kNow - hours(1));
    EXPECT_EQ(profile.not_after - profile.not_before, hours(100));
    observed.demand.duration = std::chrono::minutes(50);
    EXPECT_EQ(std::get<Issue>(decide(observed, kNow)).profile.not_before,
              kNow - std::chrono::minutes(5));
}

TEST(Attempts, OpenTheBreakerAndCloseItAfterItsWindow) {
    Attempts attempts;
    const core::Ref owner = tests::leaf_demand().owner;
    for (int i = 0; i < kBreakerLimit; ++i) attempts.succeeded(owner, kNow, kNow + hours(1));
    EXPECT_EQ(attempts.of(owner, "s", kNow).breaker_until, kNow + kBreakerWindow);
    EXPECT_FALSE(attempts.of(owner, "s", kNow + kBreakerWindow).breaker_until);
}

TEST(Attempts, RenewalsInTheirTimeDoNotOpenTheBreaker) {
    Attempts attempts;
    const core::Ref owner = tests::leaf_demand().owner;
    core::Time at = kNow;
    for (int i = 0; i < 2 * kBreakerLimit; ++i, at += std::chrono::seconds(30))
        attempts.succeeded(owner, at, at + std::chrono::seconds(30));
    EXPECT_EQ(attempts.of(owner, "s", at).recent_issuances, 1) << "the first";
    for (int i = 1; i < kBreakerLimit; ++i) attempts.succeeded(owner, kNow, at + hours(1));
    EXPECT_TRUE(attempts.of(owner, "s", at).breaker_until) << "these came too soon";
}

TEST(Attempts, WhatIsDueAsSoonAsItIsMadeOpensTheBreaker) {
    Attempts attempts;
    const core::Ref owner = tests::leaf_demand().owner;
    for (int i = 0; i < kBreakerLimit; ++i) attempts.succeeded(owner, kNow, kNow - hours(1));
    EXPECT_TRUE(attempts.of(owner, "s", kNow).breaker_until);
}

TEST(Attempts, AStepBackOfTheClockProlongsNoPause) {
    Attempts attempts;
    const core::Ref failing{core::Resource::kCertificate, "a", "failing"};
    const core::Ref looping{core::Resource::kCertificate, "a", "looping"};
    attempts.failed(failing, "", {core::Code::kDenied, "no"}, kNow);
    for (int i = 0; i < kBreakerLimit; ++i) attempts.succeeded(looping, kNow, kNow + hours(1));
    const core::Instant before = kNow - hours(24);
    EXPECT_EQ(attempts.of(failing, "", before).next_attempt, before + backoff_after(1));
    EXPECT_EQ(attempts.of(looping, "", before).breaker_until, before + kBreakerWindow);
    EXPECT_FALSE(attempts.of(looping, "", before + kBreakerWindow).breaker_until);
}

TEST(Attempts, ForgiveAFailureWhenTheSubjectChanges) {
    Attempts attempts;
    const core::Ref owner = tests::leaf_demand().owner;
    EXPECT_EQ(attempts.of(owner, "g1", kNow).failures, 0);
    attempts.failed(owner, "", {core::Code::kDenied, "no"}, kNow);
    attempts.of(owner, "g1", kNow);
    attempts.failed(owner, "", {core::Code::kDenied, "no"}, kNow);
    EXPECT_EQ(attempts.of(owner, "g1", kNow).failures, 2);
    EXPECT_EQ(attempts.of(owner, "g1", kNow).next_attempt, kNow + seconds(20));
    EXPECT_EQ(attempts.of(owner, "g2", kNow).failures, 0);
}

TEST(Attempts, ForgiveTheFirstFailureToo) {
    Attempts attempts;
    const core::Ref owner = tests::leaf_demand().owner;
    attempts.failed(owner, "g1", {core::Code::kDenied, "no"}, kNow);
    EXPECT_EQ(attempts.of(owner, "g2", kNow).failures, 0);
}

TEST(Attempts, BackOffDoublesUpToAnHour) {
    EXPECT_EQ(backoff_after(1), seconds(10));
    EXPECT_EQ(backoff_after(2), seconds(20));
    EXPECT_EQ(backoff_after(100), hours(1));
}

}  // namespace
}  // namespace stackseal::issuance
