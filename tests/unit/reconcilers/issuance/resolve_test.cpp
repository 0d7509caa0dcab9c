// SPDX-License-Identifier: Apache-2.0
// From a reference to whoever signs, and what gather makes of it.
#include "reconcilers/issuance/resolve.hpp"

#include <gtest/gtest.h>

#include "reconcilers/issuance/gather.hpp"
#include "reconcilers/issuance/silence.hpp"
#include "tests/support/shelf.hpp"

namespace stackseal::issuance {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using tests::kNow;

struct Asking {
    tests::Shelf shelf;
    api::Issuer issuer = tests::authority();
    std::string home = "openstack";

    Resolved resolved() {
        shelf.put(issuer);
        auto found = resolve(shelf, {{.name = "ca", .space = "openstack"}, home, "spec.issuerRef"},
                             "authorities");
        if (!found) throw std::runtime_error(found.error().message);
        return *std::move(found);
    }
};

TEST(Resolve, FindsWhereEachKindKeepsItsKey) {
    Asking asking;
    const CaKeyPair kept{{core::Resource::kSecret, "authorities", "openstack.ca.g1"}, 1};
    EXPECT_EQ(asking.resolved().source, SignerSource(kept));
    asking.issuer.spec.source = api::CaSecret{"corporate"};
    const CaKeyPair theirs{{core::Resource::kSecret, "openstack", "corporate"}, 0};
    EXPECT_EQ(asking.resolved().source, SignerSource(theirs));
    asking.issuer.spec.source = api::SelfSigned{};
    EXPECT_EQ(asking.resolved().source, SignerSource(OwnKey{}));
}

TEST(Resolve, AbsenceOfTheKeyIsAnAnswer) {
    Asking asking;
    EXPECT_EQ(asking.resolved().signer, nullptr);
    EXPECT_FALSE(asking.resolved().obstacle);
    asking.shelf.put(tests::authority_pair());
    EXPECT_NE(asking.resolved().signer, nullptr);
}

TEST(Resolve, ReadsTheLabelsOfANamespaceOnlyWhereASelectorNeedsThem) {
    Asking asking;
    asking.home = "tenant";
    api::Namespace space;
    space.meta.name = "tenant";
    space.meta.labels = {{"tier", "control"}};
    asking.shelf.put(space);
    EXPECT_TRUE(asking.resolved().requester.labels.empty());
    asking.issuer.spec.allow.namespaces.from = api::NamespacesFrom::kSelector;
    const Requester requester = asking.resolved().requester;
    EXPECT_EQ(requester.space, "tenant");
    EXPECT_EQ(requester.labels, space.meta.labels);
}

TEST(Resolve, ANamespaceThatIsUnknownHasNoLabels) {
    Asking asking;
    asking.home = "tenant";
    asking.issuer.spec.allow.namespaces = {api::NamespacesFrom::kSelector, {}, {{"a", "b"}}};
    const Resolved found = asking.resolved();
    EXPECT_TRUE(found.requester.labels.empty());
    EXPECT_FALSE(admits(*found.issuer, found.requester));
}

TEST(Gather, TakesOverTheClockTheHistoryAndTheRefusalOfTheIssuer) {
    Asking asking;
    asking.issuer.spec.allow.dns_domains = {"example.org"};
    Attempts attempts;
    attempts.failed(tests::leaf_demand().owner, "", {core::Code::kDenied, "no"}, kNow);
    tests::FakeClock clock{core::Instant(kNow)};
    clock.off = {seconds(7), "", ""};
    const auto observed =
        gather(asking.shelf, tests::leaf_demand(), asking.resolved(), attempts, clock);
    ASSERT_TRUE(observed);
    EXPECT_EQ(observed->clock_skew->ahead, seconds(7));
    EXPECT_EQ(observed->history.failures, 1);
    EXPECT_EQ(observed->obstacle->reason, core::reason::kDeniedByIssuer);
    EXPECT_EQ(observed->demand, tests::leaf_demand());
}

TEST(Gather, ASignerThatChangedEndsABackOff) {
    Asking asking;
    Attempts attempts;
    tests::FakeClock clock{core::Instant(kNow)};
    const auto failures = [&] {
        return gather(asking.shelf, tests::leaf_demand(), asking.resolved(), attempts, clock)
            ->history.failures;
    };
    asking.shelf.put(tests::authority_pair());
    failures();
    attempts.failed(tests::leaf_demand().owner, "", {core::Code::kCorrupt, "no"}, kNow);
    EXPECT_EQ(failures(), 1);
    api::SecretFacts mended = tests::authority_pair();
    mended.meta.resource_version = "8";
    asking.shelf.put(mended);
    EXPECT_EQ(failures(), 0);
}

TEST(Silence, EndsThreeSecondsAfterTheCreationOrWithTheFirstWord) {
    api::Meta meta;
    meta.created = kNow;
    const core::Instant created{kNow};
    EXPECT_EQ(silent_until(meta, {}, created), created + seconds(3));
    EXPECT_EQ(silent_until(meta, {}, created + milliseconds(2999)), created + seconds(3));
    EXPECT_FALSE(silent_until(meta, {}, created + seconds(3)));
    EXPECT_FALSE(silent_until(meta, {{.type = "Ready", .status = "False"}}, created));
    EXPECT_TRUE(silent_until(meta, {{.type = "Other", .status = "False"}}, created));
    meta.created.reset();
    EXPECT_FALSE(silent_until(meta, {}, created)) << "nothing to count from";
}

}  // namespace
}  // namespace stackseal::issuance
