// SPDX-License-Identifier: Apache-2.0
// What an action leaves behind in the cluster, in the snapshot, in the log; and nothing where it
// was refused.
#include "reconcilers/issuance/perform.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/reconcilers/issuance/workshop.hpp"

namespace stackseal::issuance {
namespace {

using core::Code;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;
using tests::Workshop;

std::string annotation(const Workshop& shop, std::string_view key) {
    return std::string(api::find_or_empty(shop.observed.secret->meta.annotations, key));
}

TEST(PerformIssue, StoresAGoodPairWithItsIntent) {
    Workshop shop;
    shop.observed.demand.reissue = "7";
    ASSERT_TRUE(shop.issue());
    EXPECT_TRUE(shop.is_good());
    EXPECT_EQ(shop.observed.secret->pair.key, core::KeyState::kMatches);
    EXPECT_EQ(annotation(shop, api::kRevision), "1");
    EXPECT_EQ(annotation(shop, api::kReissue), "7");
    EXPECT_EQ(annotation(shop, api::kIssuerName), "ca");
    EXPECT_EQ(annotation(shop, api::kIssuerGeneration), "");
    EXPECT_EQ(shop.stored("ca.crt"), shop.stored("tls.crt")) << "its own anchor";
    EXPECT_EQ(shop.hand->writes, 1);
}

TEST(PerformIssue, ForgetsTheKeyAndTellsOfItOnce) {
    Workshop shop;
    ASSERT_TRUE(shop.issue());
    EXPECT_FALSE(shop.observed.key.since);
    EXPECT_THAT(shop.keys.forgotten, ElementsAre(shop.observed.demand.owner));
    EXPECT_THAT(shop.issued(),
                ElementsAre(StartsWith("issued object=Certificate openstack/keystone "
                                       "secret=openstack/keystone-tls reason=DoesNotExist "
                                       "revision=1 expires=")));
    EXPECT_THAT(shop.events.events(), IsEmpty()) << "none at first";
    EXPECT_EQ(shop.attempts.of(shop.observed.demand.owner, "s", shop.clock.now()).recent_issuances,
              1);
}

TEST(PerformIssue, RenewsTheShortestLifeForEver) {
    Workshop shop;
    shop.observed.demand.duration = std::chrono::minutes(5);
    shop.observed.demand.renewal.before_percentage = 80;
    for (int i = 0; i < 2 * kBreakerLimit; ++i, shop.clock.advance(seconds(30))) {
        ASSERT_TRUE(shop.issue());
        shop.fresh_key();
        shop.observed.history = shop.attempts.of(shop.observed.demand.owner, "s", shop.clock.now());
        ASSERT_TRUE(shop.is_good());
    }
    EXPECT_EQ(shop.issued().size(), 2U * kBreakerLimit);
}

TEST(PerformIssue, TellsOfAReissueByAnEvent) {
    Workshop shop;
    ASSERT_TRUE(shop.issue());
    shop.observed.demand.reissue = "again";
    shop.fresh_key();
    ASSERT_TRUE(shop.issue());
    const auto events = shop.events.events();
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].reason, "ReissueRequested");
    EXPECT_EQ(events[0].note, "Reissued (revision 2): spec.reissue is \"again\"");
    EXPECT_EQ(core::to_string(events[0].regarding), "Certificate openstack/keystone");
    EXPECT_FALSE(events[0].warning);
}

TEST(PerformIssue, SignsByTheAuthorityAndNamesItsGeneration) {
    Workshop shop;
    shop.sign_by(shop.authority());
    ASSERT_TRUE(shop.issue());
    EXPECT_TRUE(shop.is_good());
    EXPECT_EQ(shop.observed.secret->pair.key, core::KeyState::kMatches);
    EXPECT_EQ(annotation(shop, api::kIssuerGeneration), "1");
    EXPECT_EQ(shop.observed.secret->pair.chain[0].authority_key_id,
              shop.observed.signer->pair.chain[0].subject_key_id);
    EXPECT_EQ(shop.stored("ca.crt"),
              shop.rig.data({core::Resource::kSecret, "stackseal", "a.ca.g1"}, "tls.crt"));
}

TEST(PerformIssue, YieldsToWhoeverWasFirst) {
    Workshop shop;
    shop.hand->before = [&] {
        auto theirs = local::tests::creation(shop.observed.demand.secret, {{"password", "x"}});
        ASSERT_TRUE(shop.rig.cluster->write(std::move(theirs)));
    };
    ASSERT_TRUE(shop.issue());
    EXPECT_EQ(shop.stored("password"), "x");
    EXPECT_EQ(shop.stored("tls.key"), "absent");
    EXPECT_TRUE(shop.observed.key.ready()) << "nothing was issued with it";
    EXPECT_THAT(shop.issued(), IsEmpty());
    EXPECT_EQ(std::get<Halt>(decide(shop.observed, shop.clock.now())).reason,
              core::reason::kSecretConflict);
}

TEST(PerformIssue, LeavesAConflictWithoutNewsToTheQueue) {
    Workshop shop;
    shop.hand->error = core::Error{Code::kConflict, "stale"};
    const auto done = shop.issue();
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, Code::kConflict);
    EXPECT_EQ(shop.observed.history.failures, 0);
}

TEST(PerformIssue, LeavesAnOutageToTheQueueAndARefusalToTheHistory) {
    for (const auto& [code, failures] :
         {std::pair(Code::kUnavailable, 0), std::pair(Code::kThrottled, 0),
          std::pair(Code::kDenied, 1), std::pair(Code::kInvalid, 1)}) {
        Workshop shop;
        shop.hand->error = core::Error{code, "no"};
        const auto done = shop.issue();
        ASSERT_FALSE(done);
        EXPECT_EQ(done.error().code, code);
        EXPECT_EQ(shop.observed.history.failures, failures) << core::to_string(code);
        EXPECT_EQ(shop.observed.history.next_attempt.has_value(), failures > 0);
        EXPECT_TRUE(shop.observed.key.ready()) << "for the next attempt";
    }
}

TEST(PerformIssue, WritesNothingThatBreaksItsProfile) {
    Workshop shop;
    shop.observed.demand.subject.countries = {"Germany"};
    const auto done = shop.issue();
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, Code::kInvalid);
    EXPECT_EQ(shop.hand->writes, 0);
    EXPECT_EQ(shop.observed.history.failures, 1);
}

TEST(PerformIssue, UsesTheStoredKeyAgainWhenAskedTo) {
    Workshop shop;
    shop.observed.demand.key.rotate = false;
    ASSERT_TRUE(shop.issue());
    const auto first = shop.observed.secret->pair.chain[0];
    shop.observed.demand.reissue = "again";
    ASSERT_TRUE(shop.issue());
    const auto second = shop.observed.secret->pair.chain[0];
    EXPECT_EQ(second.public_key, first.public_key);
    EXPECT_NE(second.serial, first.serial);
    EXPECT_EQ(shop.observed.secret->pair.key, core::KeyState::kMatches);
}

TEST(PerformIssue, HasAStoredKeySignedByTheAuthority) {
    Workshop shop;
    shop.sign_by(shop.authority());
    shop.observed.demand.key.rotate = false;
    ASSERT_TRUE(shop.issue());
    const auto first = shop.observed.secret->pair.chain[0];
    shop.observed.demand.reissue = "again";
    ASSERT_TRUE(shop.issue());
    EXPECT_EQ(shop.observed.secret->pair.chain[0].public_key, first.public_key);
    EXPECT_EQ(shop.observed.secret->pair.key, core::KeyState::kMatches);
}

TEST(PerformIssue, MakesNoCertificateForAStoredKeyThatHasGone) {
    Workshop shop;
    shop.observed.demand.key.rotate = false;
    ASSERT_TRUE(shop.issue());
    shop.observed.demand.reissue = "again";
    shop.hand->tamper = [](api::Secret& secret) { secret.data.erase("tls.key"); };
    const auto done = shop.issue();
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, Code::kConflict);
    EXPECT_EQ(shop.hand->writes, 1);
}

TEST(PerformIssue, DoesNotTrustAnAuthorityThatIsNotStoredAsItWasMade) {
    Workshop shop;
    shop.observed.demand.lasting = true;
    shop.hand->tamper = [](api::Secret& secret) {
        secret.data.insert_or_assign("tls.key", core::SecretBytes("other"));
    };
    const auto done = shop.issue();
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, Code::kCorrupt);
    EXPECT_THAT(done.error().message,
                HasSubstr("Secret openstack/keystone-tls is not the one that was just stored"));
    EXPECT_THAT(shop.issued(), IsEmpty());
}

TEST(PerformIssue, SignsByNoAuthorityThatMovedOn) {
    Workshop shop;
    auto moved = *shop.authority();
    moved.meta.resource_version = "0";
    shop.sign_by(tests::snapshot(moved));
    const auto done = shop.issue();
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, Code::kConflict);
    EXPECT_EQ(shop.stored("tls.crt").find("BEGIN"), std::string::npos);
}

TEST(PerformAmend, RestoresLabelsWithoutTouchingThePair) {
    Workshop shop;
    ASSERT_TRUE(shop.issue());
    const std::string chain = shop.stored("tls.crt");
    shop.observed.demand.secret_template.labels = {{"team", "identity"}};
    ASSERT_TRUE(shop.amend());
    EXPECT_TRUE(shop.is_good());
    EXPECT_EQ(shop.observed.secret->meta.labels.at("team"), "identity");
    shop.observed.demand.secret_template = {{}, {{"note", "x"}}};
    ASSERT_TRUE(shop.amend());
    EXPECT_FALSE(shop.observed.secret->meta.labels.contains("team")) << "it left the template";
    EXPECT_EQ(annotation(shop, "note"), "x");
    EXPECT_EQ(shop.stored("tls.crt"), chain);
    EXPECT_EQ(annotation(shop, api::kRevision), "1");
}

TEST(PerformAmend, LeavesLabelsOfOthersAlone) {
    Workshop shop;
    ASSERT_TRUE(shop.issue());
    ports::ApplySecret theirs{.ref = shop.observed.demand.secret};
    theirs.body.meta.labels = {{"backup", "yes"}};
    theirs.expected_version = shop.observed.secret->meta.resource_version;
    theirs.before = shop.observed.secret;
    shop.observed.secret = std::get<api::Snapshot<api::SecretFacts>>(
        tests::must(shop.rig.cluster->write(std::move(theirs))));
    shop.observed.demand.secret_template.labels = {{"team", "identity"}};
    ASSERT_TRUE(shop.amend());
    EXPECT_EQ(shop.observed.secret->meta.labels.at("backup"), "yes");
}

void lose_anchors(Workshop& shop) {
    auto damaged = local::tests::creation(shop.observed.demand.secret, {{"ca.crt", ""}});
    damaged.expected_version = shop.observed.secret->meta.resource_version;
    damaged.before = shop.observed.secret;
    shop.observed.secret = std::get<api::Snapshot<api::SecretFacts>>(
        tests::must(shop.rig.cluster->write(std::move(damaged))));
}

TEST(PerformAmend, RestoresTheAnchorsOfTheAuthority) {
    Workshop shop;
    shop.sign_by(shop.authority());
    ASSERT_TRUE(shop.issue());
    const std::string anchors = shop.stored("ca.crt");
    lose_anchors(shop);
    ASSERT_TRUE(shop.amend());
    EXPECT_TRUE(shop.is_good());
    EXPECT_EQ(shop.stored("ca.crt"), anchors);
}

TEST(PerformAmend, RestoresTheAnchorOfASelfSignedOne) {
    Workshop shop;
    ASSERT_TRUE(shop.issue());
    lose_anchors(shop);
    ASSERT_TRUE(shop.amend());
    EXPECT_TRUE(shop.is_good());
    EXPECT_EQ(shop.stored("ca.crt"), shop.stored("tls.crt"));
}

TEST(SignerCache, ReadsAKeyOncePerVersion) {
    Workshop shop;
    const auto ca = shop.authority();
    const int before = shop.hand->reads;
    const auto first = shop.signers.get(*shop.hand, *ca);
    ASSERT_TRUE(first) << first.error().message;
    EXPECT_EQ(*shop.signers.get(*shop.hand, *ca), *first);
    EXPECT_EQ(shop.hand->reads, before + 1);
}

TEST(SignerCache, KeepsNoKeyThatDoesNotLoad) {
    Workshop shop;
    const auto ca = shop.authority();
    shop.hand->tamper = [](api::Secret& secret) { secret.data.erase("tls.key"); };
    EXPECT_EQ(shop.signers.get(*shop.hand, *ca).error().code, Code::kCorrupt);
    shop.hand->tamper = nullptr;
    EXPECT_TRUE(shop.signers.get(*shop.hand, *ca)) << "it is read again";
}

}  // namespace
}  // namespace stackseal::issuance
