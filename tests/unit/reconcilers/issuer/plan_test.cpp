// SPDX-License-Identifier: Apache-2.0
// One row per situation, from the objects in the cluster to the whole condition or action.
#include "reconcilers/issuer/plan.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "tests/unit/reconcilers/issuer/scene.hpp"

namespace stackseal::issuer {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using tests::kNow;
using tests::Scene;

struct Row {
    const char* name;
    std::function<void(Scene&)> change;
    std::string expected;
    std::optional<core::Instant> at = {};  ///< when to look again
};

void PrintTo(const Row& row, std::ostream* out) {
    *out << row.name;
}

class IssuerPlan : public ::testing::TestWithParam<Row> {};

TEST_P(IssuerPlan, IsAsTheTableSays) {
    Scene scene;
    GetParam().change(scene);
    const Plan plan = scene.planned();
    EXPECT_EQ(tests::describe(plan), GetParam().expected);
    EXPECT_EQ(plan.next.at, GetParam().at);
}

std::string name_of(const ::testing::TestParamInfo<Row>& row) {
    return row.param.name;
}

/// When the tables' authority is due, and when it ends.
core::Time due() {
    Scene scene;
    return issuance::renewal_of(scene.observe().authority->demand, *scene.own);
}
const core::Time kEnd = tests::ca_certificate().not_after;

void gone(Scene& scene) {
    scene.own.reset();
}

const std::vector<Row> kRoot = {
    {"Good", [](Scene&) {}, "record True Ready: the authority signs", due()},
    {"Absent", [](Scene& s) { s.issuer.reset(); }, "nothing"},
    {"OnItsWayOut",
     [](Scene& s) {
         gone(s);
         s.issuer->meta.deleting = kNow;
     },
     "nothing"},
    {"New", [](Scene& s) { gone(s), s.key = {}; }, "order ECDSA-384"},
    {"NewWithAKey", gone, "issue: DoesNotExist: Secret openstack.ca.g1 does not exist"},
    {"KeyInTheMaking",
     [](Scene& s) {
         gone(s);
         s.spec().private_key.algorithm = core::KeyAlgorithm::kRsa;
         s.key = {.since = kNow};
     },
     "record False WaitingForKey: a private key (RSA-2048) is being made"},
    {"LostWhileTheStatusKnowsIt",
     [](Scene& s) {
         gone(s);
         s.issuer->status.generations = {{.number = 1, .fingerprint = "f-ca"}};
     },
     "record False AuthorityKeyMissing: Secret authorities/openstack.ca.g1 is gone, but "
     "certificates of this authority are in use; restore it from a backup, or annotate the Issuer "
     "stackseal.io/accept-lost-key=true to make a new CA"},
    {"LostWhileALeafKnowsIt",
     [](Scene& s) {
         gone(s);
         s.secrets["leaf"] = tests::leaf_secret();
     },
     "record False AuthorityKeyMissing: Secret authorities/openstack.ca.g1 is gone, but "
     "certificates of this authority are in use; restore it from a backup, or annotate the Issuer "
     "stackseal.io/accept-lost-key=true to make a new CA"},
    {"LeafOfAnotherAuthority",
     [](Scene& s) {
         gone(s);
         s.secrets["leaf"] = tests::leaf_secret();
         s.secrets["leaf"].meta.annotations[std::string(api::kIssuerNamespace)] = "other";
     },
     "issue: DoesNotExist: Secret openstack.ca.g1 does not exist"},
    {"LossAccepted",
     [](Scene& s) {
         gone(s);
         s.issuer->status.generations = {{.number = 1, .fingerprint = "f-ca"}};
         s.issuer->meta.annotations[std::string(api::kAcceptLostKey)] = "true";
     },
     "issue: DoesNotExist: Secret openstack.ca.g1 does not exist"},
    {"LossAcceptedByAnyOtherWord",
     [](Scene& s) {
         gone(s);
         s.issuer->status.generations = {{.number = 1, .fingerprint = "f-ca"}};
         s.issuer->meta.annotations[std::string(api::kAcceptLostKey)] = "yes";
     },
     "record False AuthorityKeyMissing: Secret authorities/openstack.ca.g1 is gone, but "
     "certificates of this authority are in use; restore it from a backup, or annotate the Issuer "
     "stackseal.io/accept-lost-key=true to make a new CA"},
    {"SecretOfSomebodyElse",
     [](Scene& s) {
         s.own->meta.annotations.clear();
         s.own->meta.labels.clear();
     },
     "record False SecretConflict: Secret authorities/openstack.ca.g1 belongs to somebody else (it "
     "carries no mark of Stackseal); delete it, or choose another name for the Issuer"},
    {"KeyOfAnother", [](Scene& s) { s.own->pair.key = core::KeyState::kMismatched; },
     "record False InvalidCaKeyPair: Secret authorities/openstack.ca.g1: tls.key does not belong "
     "to "
     "the certificate in tls.crt; put the key there that does; restore this Secret from a backup"},
    {"Expired", [](Scene& s) { s.ca().not_after = kNow; },
     "record False CaExpired: Secret authorities/openstack.ca.g1: the CA certificate \"Control "
     "Plane G1\" expired at 2026-11-24T00:00:00Z; replace it: delete the Secret, and annotate the "
     "Issuer "
     "stackseal.io/accept-lost-key=true to have a new CA made"},
    {"SpecChanged", [](Scene& s) { s.spec().common_name = "Another"; },
     "record True RolloverPending: a new generation is called for (the certificate differs from "
     "the spec in its commonName); the present one stays in use",
     kEnd},
    {"Due", [](Scene& s) { s.now = due(); },
     "record True RolloverPending: a new generation is called for (due for renewal since " +
         core::format_rfc3339(due()) + "); the present one stays in use",
     kEnd},
    {"Edited", [](Scene& s) { s.own->pair_digest = "other"; },
     "record True RolloverPending: a new generation is called for (tls.crt or tls.key was changed "
     "by somebody else); the present one stays in use",
     kEnd},
    {"ClockOff",
     [](Scene& s) {
         gone(s);
         s.around.clock.off = {hours(-1), "the API server's", ""};
     },
     "record False ClockSkew: this machine's clock is over 1h behind the API server's; nothing is "
     "signed until it is set right",
     kNow + minutes(1)},
    {"ClockOffButNothingToSign",
     [](Scene& s) {
         s.around.clock.off = {hours(-1), "the API server's", ""};
     },
     "record True Ready: the authority signs", due()},
    {"Refused",
     [](Scene& s) {
         gone(s);
         s.refusal = core::Error{core::Code::kDenied, "may not create secrets in authorities"};
     },
     "record False Forbidden: may not create secrets in authorities",
     kNow + std::chrono::minutes(1)},
};
INSTANTIATE_TEST_SUITE_P(Root, IssuerPlan, ::testing::ValuesIn(kRoot), name_of);

void below(Scene& scene) {
    scene.issuer = tests::intermediate();
    scene.others["ca"] = tests::authority();
    scene.secrets["ca"] = *scene.own;
    scene.own.reset();
}

const std::vector<Row> kIntermediate = {
    {"New", below, "issue: DoesNotExist: Secret openstack.mid.g1 does not exist"},
    {"KindOfKey", [](Scene& s) { below(s), s.key = {}; }, "order ECDSA-256"},
    {"SignerAbsent", [](Scene& s) { below(s), s.others.clear(); },
     "record False IssuerNotFound: Issuer openstack/ca does not exist; create it, or correct "
     "spec.authority.signedBy"},
    {"SignerNotThereYet", [](Scene& s) { below(s), s.secrets.clear(); },
     "record False IssuerNotReady: the CA key pair Secret authorities/openstack.ca.g1 does not "
     "exist yet"},
    {"SignerOfWrongKind",
     [](Scene& s) {
         below(s);
         s.spec().signed_by->kind = "ClusterIssuer";
     },
     "record False InvalidSpec: /spec/authority/signedBy/kind: \"ClusterIssuer\" is no kind of "
     "issuer that is served; use Issuer"},
    {"SignerForItsOwnNamespaceOnly",
     [](Scene& s) {
         below(s);
         s.spec().signed_by->space = "other";
         s.others["ca"].meta.space = "other";
         s.secrets["ca"].meta.name = "other.ca.g1";
     },
     "record False DeniedByIssuer: Issuer other/ca does not allow namespace openstack; add it to "
     "allow.namespaces of the Issuer"},
    {"SignerThatSignsNoCa",
     [](Scene& s) {
         below(s);
         s.secrets["ca"].pair.chain[0].max_path_len = 0;
     },
     "record False DeniedByIssuer: the CA \"Control Plane G1\" allows 0 level(s) of CAs below it, "
     "this needs 1; use another issuer or raise its maxPathLen"},
    {"SignerTooNarrow",
     [](Scene& s) {
         below(s);
         s.secrets["ca"].pair.chain[0].max_path_len = 1;
         s.others["leafward"] = tests::intermediate("leafward", "mid");
     },
     "record False DeniedByIssuer: the CA \"Control Plane G1\" allows 1 level(s) of CAs below it, "
     "this needs 2; use another issuer or raise its maxPathLen"},
    {"SignedByItself",
     [](Scene& s) {
         below(s);
         s.spec().signed_by->name = "mid";
     },
     "record False SignedByCycle: signedBy leads back to itself: openstack/mid → openstack/mid"},
    {"SignedInACircle",
     [](Scene& s) {
         below(s);
         s.others["ca"] = tests::intermediate("ca", "mid");
     },
     "record False SignedByCycle: signedBy leads back to itself: openstack/mid → openstack/ca → "
     "openstack/mid"},
    {"SignedByACaSecret",
     [](Scene& s) {
         below(s);
         s.others["ca"].spec.source = api::CaSecret{"corporate"};
         s.secrets["ca"].meta.space = "openstack";
         s.secrets["ca"].meta.name = "corporate";
     },
     "issue: DoesNotExist: Secret openstack.mid.g1 does not exist"},
    {"MoreOfTheSameApplyMayCome",
     [](Scene& s) {
         below(s);
         s.issuer->meta.created = kNow - seconds(1);
     },
     "nothing", kNow + seconds(1)},
};
INSTANTIATE_TEST_SUITE_P(Intermediate, IssuerPlan, ::testing::ValuesIn(kIntermediate), name_of);

void by_secret(Scene& scene) {
    scene.issuer->spec.source = api::CaSecret{"corporate"};
    scene.own->meta = {.name = "corporate", .space = "openstack", .resource_version = "3"};
}

const std::vector<Row> kOfOthers = {
    {"CaSecret", by_secret, "record True Ready: the CA key pair is valid", kEnd},
    {"CaSecretAbsent", [](Scene& s) { by_secret(s), gone(s); },
     "record False SecretNotFound: Secret openstack/corporate does not exist; create it with "
     "tls.crt and tls.key of the CA"},
    {"CaSecretOnItsWay",
     [](Scene& s) {
         by_secret(s);
         gone(s);
         s.issuer->meta.created = kNow;
     },
     "nothing", kNow + seconds(3)},
    {"CaSecretWithoutKey",
     [](Scene& s) {
         by_secret(s);
         s.own->pair.key = core::KeyState::kMissing;
     },
     "record False InvalidCaKeyPair: Secret openstack/corporate has no tls.key; put the CA's "
     "private key there"},
    {"CaSecretWithTheKeyOfAnother",
     [](Scene& s) {
         by_secret(s);
         s.own->pair.key = core::KeyState::kMismatched;
     },
     "record False InvalidCaKeyPair: Secret openstack/corporate: tls.key does not belong to the "
     "certificate in tls.crt; put the key there that does"},
    {"CaSecretOfALeaf",
     [](Scene& s) {
         by_secret(s);
         s.ca().is_ca = false;
     },
     "record False InvalidCaKeyPair: Secret openstack/corporate: tls.crt is not a CA certificate "
     "(basicConstraints); put the CA's there"},
    {"CaSecretExpired",
     [](Scene& s) {
         by_secret(s);
         s.ca().not_after = kNow;
     },
     "record False CaExpired: Secret openstack/corporate: the CA certificate \"Control Plane G1\" "
     "expired at 2026-11-24T00:00:00Z; replace it"},
    {"CaSecretThatMayNotBeRead",
     [](Scene& s) {
         by_secret(s);
         s.around.shelf.close({core::Resource::kSecret, "openstack", "corporate"},
                              {core::Code::kDenied, "may not read secrets in openstack"});
     },
     "record False Forbidden: may not read secrets in openstack", kNow + std::chrono::minutes(1)},
    {"SelfSigned", [](Scene& s) { s.issuer->spec.source = api::SelfSigned{}; },
     "record True Ready: certificates are signed by their own keys"},
    {"NoSource", [](Scene& s) { s.issuer->spec.source = std::monostate{}; },
     "record False InvalidSpec: /spec: says not who signs; give exactly one of selfSigned, ca and "
     "authority"},
    {"EverybodyWithoutNames",
     [](Scene& s) { s.issuer->spec.allow.namespaces.from = api::NamespacesFrom::kAll; },
     "record False InvalidSpec: /spec/allow/namespaces/from: other namespaces are served only by "
     "an issuer that says which names it signs; give dnsDomains, ipRanges, uris, emails or "
     "commonNames"},
    {"ImpossibleRange", [](Scene& s) { s.issuer->spec.allow.ip_ranges = {"10.0.0.1/8"}; },
     "record False InvalidSpec: /spec/allow/ipRanges/0: \"10.0.0.1/8\" is no IP range: bits behind "
     "the "
     "prefix are set; write \"10.0.0.0/8\""},
    {"ImpossibleDuration", [](Scene& s) { s.spec().duration = seconds(59); },
     "record False InvalidSpec: /spec/authority/duration: 59s is too short; give at least 5m"},
};
INSTANTIATE_TEST_SUITE_P(OfOthers, IssuerPlan, ::testing::ValuesIn(kOfOthers), name_of);

}  // namespace
}  // namespace stackseal::issuer
