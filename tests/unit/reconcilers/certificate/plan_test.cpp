// SPDX-License-Identifier: Apache-2.0
// One row per situation, from the objects in the cluster to the whole condition or action.
#include "reconcilers/certificate/plan.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <functional>

#include "tests/unit/reconcilers/certificate/scene.hpp"

namespace stackseal::certificate {
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

/// When a good certificate ends, and when it is due.
const core::Time kEnd = tests::leaf_certificate().not_after;
const core::Time kDue = issuance::renewal_of(tests::leaf_demand(), tests::leaf_secret());
const std::string kGoodUntil =
    "record True %: valid until 2027-02-21T00:00:00Z, but not renewable: ";

/// The row of a certificate that still serves while something stands in the way of the next one.
std::string serving(const std::string& reason, const std::string& message) {
    std::string text = kGoodUntil;
    return text.replace(text.find('%'), 1, reason) + message;
}

class CertificatePlan : public ::testing::TestWithParam<Row> {};

TEST_P(CertificatePlan, IsAsTheTableSays) {
    Scene scene;
    GetParam().change(scene);
    const Plan plan = scene.planned();
    EXPECT_EQ(tests::describe(plan), GetParam().expected);
    EXPECT_EQ(plan.next.at, GetParam().at);
}

std::string name_of(const ::testing::TestParamInfo<Row>& row) {
    return row.param.name;
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
INSTANTIATE_TEST_SUITE_P(Usual, CertificatePlan, ::testing::ValuesIn(kUsual), name_of);

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
INSTANTIATE_TEST_SUITE_P(BadSpec, CertificatePlan, ::testing::ValuesIn(kBadSpec), name_of);

/// The same obstacle for a certificate that is not there yet, and for one that serves.
std::vector<Row> twice(const char* name, const std::function<void(Scene&)>& change,
                       const std::string& reason, const std::string& message,
                       std::optional<core::Instant> at = {}) {
    static std::deque<std::string> names;
    const char* serves = names.emplace_back(std::string(name) + "WhileItServes").c_str();
    const auto without = [change](Scene& s) {
        s.secret.reset();
        change(s);
    };
    const auto due = [change](Scene& s) {
        s.now = kDue;
        change(s);
    };
    return {{name, without, core::concat("record False ", reason, ": ", message), at},
            {serves, due, serving(reason, message),
             core::earlier(at ? std::optional(*at + (kDue - kNow)) : at, kEnd)}};
}

std::vector<Row> flat(const std::vector<std::vector<Row>>& groups) {
    std::vector<Row> rows;
    for (const auto& group : groups) rows.insert(rows.end(), group.begin(), group.end());
    return rows;
}

const std::vector<Row> kObstacles = flat({
    twice(
        "UnknownIssuer", [](Scene& s) { s.issuer.reset(); }, "IssuerNotFound",
        "Issuer openstack/ca does not exist; create it, or correct spec.issuerRef"),
    twice(
        "IssuerOfAnotherNamespace",
        [](Scene& s) {
            s.spec().issuer_ref.space = "other";
            if (s.secret) s.secret->meta.annotations[std::string(api::kIssuerNamespace)] = "other";
            s.issuer->meta.space = "other";
            s.issuer->spec.allow.namespaces = {api::NamespacesFrom::kNames, {"third"}, {}};
            s.signer->meta.name = "other.ca.g1";
        },
        "DeniedByIssuer",
        "Issuer other/ca does not allow namespace openstack; add it to allow.namespaces of the "
        "Issuer"),
    twice(
        "NamespaceThatIsNotServed",
        [](Scene& s) {
            s.around.shelf.close(tests::issuer_ref(),
                                 {core::Code::kDenied,
                                  "namespace openstack is not served; add it to "
                                  "--namespaces"});
        },
        "NamespaceNotServed", "namespace openstack is not served; add it to --namespaces"),
    twice(
        "NameThatTheIssuerDoesNotAllow",
        [](Scene& s) { s.issuer->spec.allow.dns_domains = {"example.org"}; }, "DeniedByIssuer",
        "Issuer openstack/ca does not allow dnsNames \"keystone.example.com\"; add it to "
        "allow.dnsDomains or take it out"),
    twice(
        "UsageThatTheIssuerDoesNotAllow",
        [](Scene& s) { s.issuer->spec.allow.usages = {core::Usage::kClientAuth}; },
        "DeniedByIssuer",
        "Issuer openstack/ca does not allow usage \"server auth\"; add it to allow.usages or ask "
        "for another"),
    twice(
        "IssuerWithoutSource", [](Scene& s) { s.issuer->spec.source = std::monostate{}; },
        "IssuerNotReady",
        "Issuer openstack/ca says not who signs; give it exactly one of selfSigned, ca and "
        "authority"),
    twice(
        "CaThatIsNotThereYet", [](Scene& s) { s.signer.reset(); }, "IssuerNotReady",
        "the CA key pair Secret authorities/openstack.ca.g1 does not exist yet"),
    twice(
        "CaWithoutCertificate", [](Scene& s) { s.signer->pair.chain.clear(); }, "InvalidCaKeyPair",
        "Secret authorities/openstack.ca.g1 has no tls.crt; put the CA's certificate there"),
    twice(
        "CaWithAnUnreadableCertificate",
        [](Scene& s) {
            s.signer->pair.chain.clear();
            s.signer->pair.problem = "line 3 is no base64";
        },
        "InvalidCaKeyPair",
        "Secret authorities/openstack.ca.g1: tls.crt: line 3 is no base64; put the CA's "
        "certificate there"),
    twice(
        "CaWithoutKey", [](Scene& s) { s.signer->pair.key = core::KeyState::kMissing; },
        "InvalidCaKeyPair",
        "Secret authorities/openstack.ca.g1 has no tls.key; put the CA's private key there"),
    twice(
        "CaWithTheKeyOfAnother", [](Scene& s) { s.signer->pair.key = core::KeyState::kMismatched; },
        "InvalidCaKeyPair",
        "Secret authorities/openstack.ca.g1: tls.key does not belong to the certificate in "
        "tls.crt; put the key there that does"),
    twice(
        "CaWithAnUnreadableKey", [](Scene& s) { s.signer->pair.key = core::KeyState::kUnreadable; },
        "InvalidCaKeyPair",
        "Secret authorities/openstack.ca.g1: tls.key cannot be read as a private key; put the "
        "CA's key there as PEM without a passphrase"),
    twice(
        "CaThatIsNone", [](Scene& s) { s.ca().is_ca = false; }, "InvalidCaKeyPair",
        "Secret authorities/openstack.ca.g1: tls.crt is not a CA certificate "
        "(basicConstraints); put the CA's there"),
    twice(
        "ExpiredCa", [](Scene& s) { s.ca().not_after = kNow; }, "CaExpired",
        "Secret authorities/openstack.ca.g1: the CA certificate \"Control Plane G1\" expired at "
        "2026-11-24T00:00:00Z; replace it"),
    twice(
        "ExpiredLinkAboveTheCa",
        [](Scene& s) {
            s.signer->pair.chain.push_back(s.ca());
            s.signer->pair.chain[1].subject.common_name = "Root";
            s.signer->pair.chain[1].not_after = kNow - seconds(1);
        },
        "CaExpired",
        "Secret authorities/openstack.ca.g1: the CA certificate \"Root\" expired at "
        "2026-11-23T23:59:59Z; replace it"),
    twice(
        "CaForClientsOnly", [](Scene& s) { s.ca().usages.push_back(core::Usage::kClientAuth); },
        "DeniedByIssuer",
        "the CA \"Control Plane G1\" is not certified for usage \"server auth\"; take it out of "
        "usages, or use an issuer that has it"),
    twice(
        "ClockBehind",
        [](Scene& s) {
            s.around.clock.off = {hours(-50), "the API server's", ""};
        },
        "ClockSkew",
        "this machine's clock is over 48h behind the API server's; nothing is signed until it is "
        "set right",
        kNow + minutes(1)),
    twice(
        "ClockAhead",
        [](Scene& s) {
            s.around.clock.off = {seconds(301), "that of the moon", ", or the moon removed"};
        },
        "ClockSkew",
        "this machine's clock is over 5m ahead of that of the moon; nothing is signed until it "
        "is set right, or the moon removed",
        kNow + minutes(1)),
    twice(
        "LoopOfReissues",
        [](Scene& s) {
            for (int i = 0; i < issuance::kBreakerLimit; ++i)
                s.around.attempts.succeeded(tests::certificate_ref(), s.now);
            s.around.clock.advance(s.now - core::Instant(kNow));
        },
        "IssuanceLoop",
        "issued 6 times in a short while; something keeps changing the Secret. Issuing pauses; "
        "find and stop the other writer",
        kNow + issuance::kBreakerWindow),
});
INSTANTIATE_TEST_SUITE_P(Obstacles, CertificatePlan, ::testing::ValuesIn(kObstacles), name_of);

void disown(Scene& scene, std::map<std::string, std::string> annotations) {
    scene.secret->meta.annotations = std::move(annotations);
}

const std::vector<Row> kOthers = {
    {"SecretOfAnotherCertificate",
     [](Scene& s) { s.secret->meta.annotations[std::string(api::kCertificateName)] = "glance"; },
     "record False SecretConflict: Secret openstack/keystone-tls belongs to Certificate "
     "openstack/glance; delete it, or choose another secretName",
     kEnd},
    {"SecretOfAnAuthority",
     [](Scene& s) {
         disown(s, {{std::string(api::kAuthorityName), "root"},
                    {std::string(api::kAuthorityNamespace), "ns"}});
     },
     "record False SecretConflict: Secret openstack/keystone-tls belongs to the authority of "
     "Issuer ns/root; delete it, or choose another secretName",
     kEnd},
    {"SecretOfAForeignOwner",
     [](Scene& s) {
         disown(s, {});
         s.secret->meta.labels.clear();
         s.secret->meta.owners = {{.kind = "Ingress", .name = "horizon"}};
     },
     "record False SecretConflict: Secret openstack/keystone-tls belongs to Ingress horizon; "
     "delete it, or choose another secretName",
     kEnd},
    {"SecretWithoutAnyMark",
     [](Scene& s) {
         disown(s, {});
         s.secret->meta.labels.clear();
     },
     "record False SecretConflict: Secret openstack/keystone-tls belongs to somebody else (it "
     "carries no mark of Stackseal); delete it, or choose another secretName",
     kEnd},
    {"SecretThatMayNotBeRead",
     [](Scene& s) {
         s.around.shelf.close({core::Resource::kSecret, "openstack", "keystone-tls"},
                              {core::Code::kDenied, "may not read secrets in openstack"});
     },
     "record False Forbidden: may not read secrets in openstack"},
    {"RefusedByTheServer",
     [](Scene& s) {
         s.secret.reset();
         s.refusal = core::Error{core::Code::kDenied, "may not create secrets in openstack"};
     },
     "record False Forbidden: may not create secrets in openstack"},
    {"RefusedAsInvalid",
     [](Scene& s) {
         s.secret.reset();
         s.refusal = core::Error{core::Code::kInvalid, "the certificate would break its profile"};
     },
     "record False InvalidSpec: the certificate would break its profile"},
    {"RefusedAsDamaged",
     [](Scene& s) {
         s.secret.reset();
         s.refusal = core::Error{core::Code::kCorrupt, "the CA's key does not sign"};
     },
     "record False IssuanceFailed: the CA's key does not sign"},
    {"KeyKeptThoughTheSpecAsksForAnother",
     [](Scene& s) {
         s.spec().private_key.rotation = api::RotationPolicy::kNever;
         s.spec().private_key.size = 384;
     },
     "record False KeyRotationForbidden: rotationPolicy Never keeps the ECDSA-256 key, but "
     "spec.privateKey asks for ECDSA-384; set rotationPolicy Always, or delete the Secret",
     kEnd},
    {"IssuerThatEndsAsSoon",
     [](Scene& s) {
         s.now = kDue;
         s.ca().not_after = kEnd + hours(1);
     },
     serving(
         "IssuerNotReady",
         "due for renewal, but the issuer's own certificate ends at 2027-02-21T01:00:00Z; renew "
         "the issuer first"),
     kEnd},
};
INSTANTIATE_TEST_SUITE_P(Others, CertificatePlan, ::testing::ValuesIn(kOthers), name_of);

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
