// SPDX-License-Identifier: Apache-2.0
// One row per situation, from the objects in the cluster to the whole condition or action: what is
// usual, and what is wrong with the spec itself.
#include "reconcilers/certificate/plan.hpp"

#include <gtest/gtest.h>

#include "tests/unit/reconcilers/certificate/scene.hpp"

namespace stackseal::certificate {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using tests::kDue;
using tests::kEnd;
using tests::kNow;
using tests::Row;
using tests::Scene;
using tests::serving;

class CertificatePlan : public ::testing::TestWithParam<Row> {};

TEST_P(CertificatePlan, IsAsTheTableSays) {
    tests::expect_planned(GetParam());
}

const std::vector<Row> kUsual = {
    {"Good", [](Scene&) {}, "record True Ready: Secret keystone-tls holds a valid certificate",
     kDue},
    {"Absent", [](Scene& s) { s.certificate.reset(); }, "nothing"},
    {"OnItsWayOut",
     [](Scene& s) {
         s.certificate->meta.deleting = kNow;
         s.secret.reset();
     },
     "nothing"},
    {"NoSecretYet", [](Scene& s) { s.secret.reset(), s.key = {}; }, "order ECDSA-256"},
    {"NoSecretButAKey", [](Scene& s) { s.secret.reset(); },
     "issue: DoesNotExist: Secret keystone-tls does not exist"},
    {"AKeyIsMade",
     [](Scene& s) {
         s.secret.reset();
         s.key = {.since = kNow};
     },
     "record False WaitingForKey: a private key (ECDSA-256) is being made"},
    {"ANewKeyIsMadeWhileTheOldOneServes",
     [](Scene& s) {
         s.now = kDue;
         s.spec().private_key.algorithm = core::KeyAlgorithm::kEcdsa;
         s.key = {.since = kNow};
     },
     serving("WaitingForKey", "a private key (ECDSA-256) is being made"), kEnd},
    {"Due", [](Scene& s) { s.now = kDue; },
     "issue: Renewing: due for renewal since " + core::format_rfc3339(kDue)},
    {"Expired", [](Scene& s) { s.now = kEnd; },
     "issue: Expired: the certificate expired at 2027-02-21T00:00:00Z"},
    {"MoreNames", [](Scene& s) { s.spec().dns_names.push_back("b.example.com"); },
     "issue: RequestChanged: the certificate differs from the spec in its names"},
    {"KeyOfAnotherCertificate", [](Scene& s) { s.secret->pair.key = core::KeyState::kMismatched; },
     "issue: InvalidKeyPair: tls.key does not belong to the certificate in tls.crt"},
    {"MoreLabels",
     [](Scene& s) {
         s.spec().secret_template.labels = {{"team", "a"}};
     },
     "amend"},
    {"AnchorsLost", [](Scene& s) { s.secret->pair.anchors.clear(); }, "amend with ca.crt"},
    {"CaDamagedLongBeforeItIsNeeded",
     [](Scene& s) { s.signer->pair = {.problem = "line 3 is no base64"}; },
     "record True Ready: Secret keystone-tls holds a valid certificate", kDue},
    {"ReissueAsked", [](Scene& s) { s.spec().reissue = "2"; },
     "issue: ReissueRequested: spec.reissue is \"2\""},
};
INSTANTIATE_TEST_SUITE_P(Usual, CertificatePlan, ::testing::ValuesIn(kUsual), tests::name_of);

Row bad(const char* name, std::function<void(api::CertificateSpec&)> change, std::string message) {
    return {name,
            [change = std::move(change)](Scene& s) {
                s.secret.reset();
                change(s.spec());
            },
            "record False InvalidSpec: " + message};
}

const std::vector<Row> kBadSpec = {
    bad(
        "WrongKind", [](auto& s) { s.issuer_ref.kind = "ClusterIssuer"; },
        "/spec/issuerRef/kind: \"ClusterIssuer\" is no kind of issuer that is served; use Issuer"),
    bad(
        "WrongGroup", [](auto& s) { s.issuer_ref.group = "cert-manager.io"; },
        "/spec/issuerRef/group: \"cert-manager.io\" is not served; use stackseal.io"),
    bad(
        "TooShort", [](auto& s) { s.duration = minutes(1); },
        "/spec/duration: 1m is too short; give at least 5m"),
    bad(
        "RenewedBeforeItBegins",
        [](auto& s) {
            s.duration = hours(10);
            s.renew_before = hours(10);
        },
        "/spec/renewBefore: 10h is not shorter than the duration, 10h; give less"),
    bad(
        "BadDnsName", [](auto& s) { s.dns_names = {"key_stone.example.com"}; },
        "/spec/dnsNames/0: \"key_stone.example.com\" is no DNS name: '_' is not allowed; use "
        "letters, digits and '-'"),
    bad(
        "AddressAsDnsName", [](auto& s) { s.dns_names = {"10.0.0.1"}; },
        "/spec/dnsNames/0: \"10.0.0.1\" is no DNS name: it is an IP address; list it as one"),
    bad(
        "BadAddress", [](auto& s) { s.ip_addresses = {"10.0.0.256"}; },
        "/spec/ipAddresses/0: \"10.0.0.256\" is no IP address: write it as 192.0.2.1 or "
        "2001:db8::1"),
    bad(
        "NoNames", [](auto& s) { s.dns_names.clear(); },
        "/spec: names nobody; give at least one of commonName, dnsNames, ipAddresses, uris and "
        "emailAddresses"),
    bad(
        "OddKeySize", [](auto& s) { s.private_key.size = 1024; },
        "/spec/privateKey/size: 1024 is no size of an ECDSA key (the default algorithm); use 256, "
        "384 or 521, or set algorithm: RSA"),
    bad(
        "SeveralAtOnce",
        [](auto& s) {
            s.duration = seconds(1);
            s.ip_addresses = {"::ffff:10.0.0.1"};
        },
        "/spec/ipAddresses/0: \"::ffff:10.0.0.1\" is no IP address: IPv4 inside IPv6 is "
        "compared by no client; write \"10.0.0.1\"; /spec/duration: 1s is too short; give at least "
        "5m"),
};
INSTANTIATE_TEST_SUITE_P(BadSpec, CertificatePlan, ::testing::ValuesIn(kBadSpec), tests::name_of);

TEST(CertificateSilence, HidesWhatIsOnItsWayForAMomentOnly) {
    Scene scene;
    scene.issuer.reset();
    scene.secret.reset();
    scene.certificate->meta.created = kNow - seconds(1);
    const Plan early = scene.planned();
    EXPECT_FALSE(early.action);
    EXPECT_EQ(early.next.at, core::Instant(kNow + seconds(2)));
    scene.now = kNow + seconds(2);
    EXPECT_TRUE(scene.planned().action);
    scene.now = kNow;
    scene.certificate->status.conditions = {{.type = "Ready", .status = "True"}};
    EXPECT_TRUE(scene.planned().action) << "who has spoken before is not silent";
}

TEST(CertificateSilence, DoesNotHideWhatIsWrong) {
    Scene scene;
    scene.secret.reset();
    scene.certificate->meta.created = kNow;
    scene.spec().duration = seconds(1);
    EXPECT_TRUE(scene.planned().action);
}

}  // namespace
}  // namespace stackseal::certificate
