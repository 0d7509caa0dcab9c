// SPDX-License-Identifier: Apache-2.0
// What is found wrong, one fault at a time, on certificates that are good otherwise.
#include "app/inspect_report.hpp"

#include <gmock/gmock.h>

#include "app/inspect_render.hpp"
#include "controller/text/json.hpp"
#include "tests/unit/controller/pki/support.hpp"

namespace stackseal::app {

namespace {

using core::KeyState;
using pki::test::at_time;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

/// root ← between ← leaf, valid from 2026-01-01 to 2026-04-01.
struct Hierarchy {
    pki::test::Ca root = pki::test::root_ca();
    pki::test::Ca between = pki::test::child_ca(root, pki::test::ca_profile("Between G1"));
    core::PrivateKey key = pki::test::key_of(pki::test::kP256);
    std::string leaf =
        pki::test::get(pki::sign(pki::test::leaf_profile(), key.public_half, *between.signer()));

    Material secret() const {
        Material material;
        material.source = Source::kSecret;
        material.name = "openstack/keystone";
        material.chain_pem = leaf + between.pem;
        material.key_pem = pki::test::get(pki::key_to_pem(key, core::KeyEncoding::kPkcs8));
        material.anchors_pem = root.pem;
        return material;
    }
};

class Inspect : public ::testing::Test {
  protected:
    static const Hierarchy& made() {
        static const Hierarchy hierarchy;
        return hierarchy;
    }
    Report report() const { return make_report(material, now); }

    Material material = made().secret();
    core::Time now = at_time("2026-02-01T00:00:00Z");
};

TEST_F(Inspect, FindsNothingWrongWithAGoodSecret) {
    const Report found = report();
    EXPECT_THAT(found.problems, IsEmpty());
    EXPECT_THAT(found.notes, IsEmpty());
    ASSERT_EQ(found.chain.size(), 2U);
    EXPECT_EQ(found.chain[0].subject, "CN=keystone.example.org");
    EXPECT_EQ(found.chain[0].issuer, "CN=Between G1");
    EXPECT_EQ(found.chain[0].facts.fingerprint, pki::test::facts_in(made().leaf).fingerprint);
    EXPECT_EQ(found.chain[1].subject, "CN=Between G1");
    ASSERT_EQ(found.anchors.size(), 1U);
    EXPECT_TRUE(found.anchors[0].facts.self_signed);
    ASSERT_TRUE(found.key);
    EXPECT_EQ(found.key->state, KeyState::kMatches);
    EXPECT_EQ(found.key->spec, pki::test::kP256);
    EXPECT_EQ(found.key->encoding, core::KeyEncoding::kPkcs8);
}

TEST_F(Inspect, PrintsNoByteOfTheKey) {
    const std::string key_pem(material.key_pem.reveal());
    const Report found = report();
    const std::string all = to_text(found) + text::to_pretty_json(to_document(found));
    EXPECT_THAT(all, Not(HasSubstr("PRIVATE KEY")));
    EXPECT_THAT(all, Not(HasSubstr(key_pem.substr(28, 16))));
    EXPECT_THAT(all, Not(HasSubstr(key_pem.substr(100, 16))));
}

TEST_F(Inspect, CountsTheDays) {
    const core::CertificateFacts facts = pki::test::facts_in(made().leaf);
    EXPECT_EQ(days_left(facts, at_time("2026-03-31T00:00:00Z")), 1);
    EXPECT_EQ(days_left(facts, at_time("2026-03-31T00:00:01Z")), 0);
    EXPECT_EQ(days_left(facts, at_time("2026-04-01T00:00:00Z")), 0);
    EXPECT_EQ(days_left(facts, at_time("2026-04-01T00:00:01Z")), -1);
}

TEST_F(Inspect, AnExpiredLeafIsOneProblem) {
    now = at_time("2026-04-01T00:00:01Z");
    EXPECT_THAT(report().problems, ElementsAre("certificate 1 (CN=keystone.example.org) expired at "
                                               "2026-04-01T00:00:00Z"));
    now = at_time("2026-04-01T00:00:00Z");  // its last second counts
    EXPECT_THAT(report().problems, IsEmpty());
}

TEST_F(Inspect, SoIsOneThatIsNotYetValid) {
    now = at_time("2025-12-31T23:59:59Z");
    EXPECT_THAT(report().problems,
                ElementsAre("certificate 1 (CN=keystone.example.org) is not valid before "
                            "2026-01-01T00:00:00Z"));
}

TEST_F(Inspect, LooksAtTheDatesOfAnchorsToo) {
    now = at_time("2035-01-01T00:00:01Z");
    EXPECT_THAT(report().problems, Contains("anchor 1 (CN=Root G1) expired at "
                                            "2035-01-01T00:00:00Z"));
}

TEST_F(Inspect, AnotherKeyDoesNotMatch) {
    material.key_pem = core::SecretBytes(pki::test::pem_of(pki::test::key_of(pki::test::kP256)));
    const Report found = report();
    EXPECT_THAT(found.problems,
                ElementsAre("the private key does not belong to the first certificate"));
    EXPECT_EQ(found.key->state, KeyState::kMismatched);
}

TEST_F(Inspect, AKeyThatDoesNotParseIsTold) {
    material.key_pem = core::SecretBytes(
        "-----BEGIN PRIVATE KEY-----\nAAAA\n"
        "-----END PRIVATE KEY-----\n");
    const Report found = report();
    EXPECT_THAT(found.problems, ElementsAre(StartsWith("tls.key: ")));
    EXPECT_EQ(found.key->state, KeyState::kUnreadable);
}

TEST_F(Inspect, ASecretNeedsBothHalves) {
    material.key_pem = {};
    EXPECT_THAT(report().problems, ElementsAre("tls.key is missing"));
    material = made().secret();
    material.chain_pem.clear();
    EXPECT_THAT(report().problems, ElementsAre("tls.crt is missing"));
    EXPECT_TRUE(report().key->alone);
}

TEST_F(Inspect, AFileMayHoldOneHalf) {
    material.source = Source::kFile;
    material.key_pem = {};
    EXPECT_THAT(report().problems, IsEmpty());
    EXPECT_FALSE(report().key);
    material = made().secret();
    material.source = Source::kFile;
    material.chain_pem.clear();
    EXPECT_THAT(report().problems, IsEmpty());
    EXPECT_TRUE(report().key->alone);
}

TEST_F(Inspect, AMissingIntermediateBreaksTheWayToTheAnchors) {
    material.chain_pem = made().leaf;
    EXPECT_THAT(report().problems,
                ElementsAre("ca.crt does not verify the chain: unable to get local issuer "
                            "certificate (CN=keystone.example.org)"));
}

TEST_F(Inspect, AWrongOrderBreaksEachLink) {
    material.key_pem = {};
    material.source = Source::kFile;
    material.chain_pem = made().leaf + made().root.pem + made().between.pem;
    EXPECT_THAT(
        report().problems,
        ElementsAre(HasSubstr("certificate 1 (CN=keystone.example.org) is not issued by the "
                              "next one: "),
                    HasSubstr("certificate 2 (CN=Root G1) is not issued by the next one: ")));
}

TEST_F(Inspect, AnchorsOfTheSameNameButAnotherKeyDoNotVerify) {
    material.anchors_pem = pki::test::root_ca().pem;
    EXPECT_THAT(report().problems, Contains(StartsWith("ca.crt does not verify the chain: ")));
}

TEST_F(Inspect, WithoutAnchorsAMissingIssuerIsNoProblem) {
    material.chain_pem = made().leaf;
    material.anchors_pem.clear();
    EXPECT_THAT(report().problems, IsEmpty());
}

TEST_F(Inspect, ADamagedChainIsTheOnlyProblemOfItsKey) {
    material.chain_pem = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    EXPECT_THAT(report().problems, ElementsAre(StartsWith("tls.crt: ")));
}

TEST_F(Inspect, LintsWhatTheHouseWouldNotWrite) {
    const pki::test::Workshop shop;
    material = {};
    material.chain_pem =
        shop.make("x.pem",
                  "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout k "
                  "-subj /CN=x.example -out x.pem");
    now = pki::test::facts_in(material.chain_pem).not_before;
    const Report found = report();
    EXPECT_THAT(found.problems, Not(IsEmpty()));
    EXPECT_THAT(found.problems, ::testing::Each(StartsWith("certificate 1 (CN=x.example): ")));
}

class InspectServed : public Inspect {
  protected:
    void SetUp() override {
        material.source = Source::kEndpoint;
        material.key_pem = {};
        material.anchors_pem.clear();
        material.served = probe::Served{.shown = {.protocol = "TLSv1.3", .cipher = "X"}};
    }
};

TEST_F(InspectServed, AGoodEndpointIsGood) {
    EXPECT_THAT(report().problems, IsEmpty());
    EXPECT_THAT(report().notes, IsEmpty());
}

TEST_F(InspectServed, AnotherNameIsAProblem) {
    material.served->name_problem = "the certificate is not valid for a";
    EXPECT_THAT(report().problems, ElementsAre("the certificate is not valid for a"));
}

TEST_F(InspectServed, APrivateCaIsAProblemOnlyForAnchorsThatWereGiven) {
    material.served->verify_problem = "self-signed";
    EXPECT_THAT(report().problems, IsEmpty());
    EXPECT_THAT(report().notes, ElementsAre(StartsWith("not verified by the system's anchors: "
                                                       "self-signed; ")));
    material.anchors_given = true;
    EXPECT_THAT(report().problems, ElementsAre("not verified by the given anchors: self-signed"));
    EXPECT_THAT(report().notes, IsEmpty());
}

TEST_F(InspectServed, OldTlsIsAProblem) {
    for (const char* protocol : {"SSLv3", "TLSv1", "TLSv1.1"}) {
        material.served->shown.protocol = protocol;
        EXPECT_THAT(report().problems, ElementsAre(HasSubstr(protocol)));
    }
    material.served->shown.protocol = "TLSv1.2";
    EXPECT_THAT(report().problems, IsEmpty());
}

TEST_F(InspectServed, ARefusalIsANote) {
    material.served->shown.refusal = "handshake failure";
    EXPECT_THAT(report().problems, IsEmpty());
    EXPECT_THAT(report().notes, ElementsAre(HasSubstr("handshake failure")));
}

}  // namespace

}  // namespace stackseal::app
