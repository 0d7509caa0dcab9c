// SPDX-License-Identifier: Apache-2.0
// One row per thing that stands in the way of a certificate: the issuer, its key pair, the clock,
// the Secret of somebody else.
#include <gtest/gtest.h>

#include <deque>

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

class CertificateObstacle : public ::testing::TestWithParam<Row> {};

TEST_P(CertificateObstacle, IsAsTheTableSays) {
    tests::expect_planned(GetParam());
}

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
            s.around.shelf.close(tests::issuer_ref(), {core::Code::kNotServed,
                                                       "namespace openstack is not served: add it "
                                                       "to --namespaces"});
        },
        "NamespaceNotServed", "namespace openstack is not served: add it to --namespaces"),
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
            s.signer->pair.chain.push_back(std::make_shared<core::CertificateFacts>(s.ca()));
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
                s.around.attempts.succeeded(tests::certificate_ref(), s.now,
                                            core::seconds_of(s.now) + hours(1));
            s.around.clock.advance(s.now - core::Instant(kNow));
        },
        "IssuanceLoop",
        "issued 6 times in a short while; something keeps changing the Secret. Issuing pauses; "
        "find and stop the other writer",
        kNow + issuance::kBreakerWindow),
});
INSTANTIATE_TEST_SUITE_P(Obstacles, CertificateObstacle, ::testing::ValuesIn(kObstacles),
                         tests::name_of);

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
     "record False Forbidden: may not read secrets in openstack", kNow + std::chrono::minutes(1)},
    {"RefusedByTheServer",
     [](Scene& s) {
         s.secret.reset();
         s.refusal = core::Error{core::Code::kDenied, "may not create secrets in openstack"};
     },
     "record False Forbidden: may not create secrets in openstack", kNow + std::chrono::minutes(1)},
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
INSTANTIATE_TEST_SUITE_P(Others, CertificateObstacle, ::testing::ValuesIn(kOthers), tests::name_of);

}  // namespace
}  // namespace stackseal::certificate
