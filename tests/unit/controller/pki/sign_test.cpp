// SPDX-License-Identifier: Apache-2.0
// What is signed says what the profile says, octet for octet, and strict verifiers accept it.
#include "controller/pki/sign.hpp"

#include <algorithm>
#include <set>

#include "controller/pki/certificate.hpp"
#include "controller/pki/hash.hpp"
#include "controller/pki/pem.hpp"
#include "controller/pki/private_key.hpp"
#include "tests/unit/controller/pki/support.hpp"

namespace stackseal::pki::test {
namespace {

using core::KeySpec;
using core::Profile;
using core::Usage;

core::Profile full_profile() {
    Profile profile = leaf_profile();
    profile.subject = {.common_name = "node-1.example.org",
                       .countries = {"DE"},
                       .provinces = {"Sachsen"},
                       .localities = {"Görlitz", "Zgorzelec"},
                       .street_addresses = {"Straße 1"},
                       .postal_codes = {"02826"},
                       .organizations = {"Stack & Söhne"},
                       .organizational_units = {"Cloud", "Rechenzentrum"},
                       .serial_number = "A-17"};
    profile.names = {.dns = {"node-1.example.org", "*.example.org"},
                     .ips = {"192.0.2.1", "2001:db8::1", "::1"},
                     .uris = {"spiffe://example.org/nova"},
                     .emails = {"ops@example.org"}};
    profile.usages = {Usage::kDigitalSignature, Usage::kKeyEncipherment, Usage::kServerAuth,
                      Usage::kClientAuth};
    return profile;
}

/// What the profile and the facts have in common.
void expect_says(const core::CertificateFacts& facts, const Profile& profile) {
    EXPECT_EQ(facts.subject, profile.subject);
    EXPECT_EQ(facts.names, profile.names);
    EXPECT_EQ(facts.is_ca, profile.is_ca);
    EXPECT_EQ(facts.max_path_len, profile.max_path_len);
    EXPECT_EQ(facts.usages, profile.usages);
    EXPECT_EQ(facts.not_before, profile.not_before);
    EXPECT_EQ(facts.not_after, profile.not_after);
}

CertificateHandle parsed(std::string_view pem) {
    PemReader reader(pem);
    return get(decode_certificate(get(reader.next_pem())->der.reveal()));
}

std::string self(const Profile& profile) {
    return get(sign_self(profile, key_of(kP256)));
}

// ---- facts ------------------------------------------------------------------------------------

TEST(Sign, SaysWhatTheProfileSays) {
    const Ca root = root_ca();
    const auto key = key_of(kP256);
    const auto facts = facts_in(get(sign(full_profile(), key.public_half, *root.signer())));
    expect_says(facts, full_profile());
    EXPECT_EQ(facts.key, kP256);
    EXPECT_FALSE(facts.self_signed);
    const auto issuer = facts_in(root.pem);
    EXPECT_EQ(facts.issuer_der, issuer.subject_der);
    EXPECT_EQ(facts.authority_key_id, issuer.subject_key_id);
    EXPECT_NE(facts.subject_key_id, issuer.subject_key_id);
}

TEST(Sign, SaysWhatTheCaProfileSays) {
    const Ca root = root_ca();
    Profile profile = ca_profile("Intermediate G1");
    profile.max_path_len = 0;
    expect_says(facts_in(child_ca(root, profile).pem), profile);
    expect_says(facts_in(root.pem), ca_profile("Root G1"));
}

TEST(Sign, WritesEveryUsage) {
    Profile profile = ca_profile("All");
    for (int usage = 0; usage < core::kUsageCount; ++usage) {
        profile.usages = {Usage::kCertSign, static_cast<Usage>(usage)};
        std::ranges::sort(profile.usages);
        const auto again = std::ranges::unique(profile.usages);
        profile.usages.erase(again.begin(), again.end());
        EXPECT_EQ(facts_in(self(profile)).usages, profile.usages) << usage;
    }
}

TEST(Sign, UsesTheRegisteredIdentifiersOfIpsec) {
    Profile profile = leaf_profile();
    profile.usages = {Usage::kIpsecEndSystem, Usage::kIpsecTunnel, Usage::kIpsecUser, Usage::kAny};
    const Workshop shop;
    shop.write("c.pem", self(profile));
    const std::string text = shop.run(
        "openssl x509 -in c.pem -outform DER | openssl asn1parse "
        "-inform DER | grep -A1 'Extended Key Usage' | tail -1 | "
        "sed 's/.*DUMP]://'");
    EXPECT_EQ(text,
              "3024"
              "06082B06010505070305"
              "06082B06010505070306"
              "06082B06010505070307"
              "0604551D2500\n");
}

TEST(SignSelf, IsItsOwnIssuer) {
    const auto facts = facts_in(self(leaf_profile()));
    EXPECT_TRUE(facts.self_signed);
    EXPECT_EQ(facts.issuer_der, facts.subject_der);
    EXPECT_EQ(facts.authority_key_id, facts.subject_key_id);
}

// ---- the oracle -------------------------------------------------------------------------------

struct ChainCase {
    const char* name;
    KeySpec root;
    KeySpec intermediate;
    KeySpec leaf;
    const char* signature;  ///< of the leaf
};

class EveryChain : public testing::TestWithParam<ChainCase> {};

TEST_P(EveryChain, IsAcceptedUnderStrictChecks) {
    const Ca root = root_ca(GetParam().root);
    Profile between = ca_profile("Intermediate G1");
    between.max_path_len = 0;
    const Ca intermediate = child_ca(root, between, GetParam().intermediate);
    Profile profile = leaf_profile();
    profile.usages = {Usage::kDigitalSignature, Usage::kServerAuth, Usage::kClientAuth};
    const Workshop shop;
    shop.write("root.pem", root.pem);
    shop.write("between.pem", intermediate.signer()->intermediates_pem());
    shop.write("leaf.pem",
               get(sign(profile, key_of(GetParam().leaf).public_half, *intermediate.signer())));
    for (const char* purpose : {"sslserver", "sslclient"})
        EXPECT_EQ(shop.run(core::concat("openssl verify -x509_strict -attime 1770000000 -purpose ",
                                        purpose, " -verify_hostname keystone.example.org ",
                                        "-CAfile root.pem -untrusted between.pem leaf.pem")),
                  "leaf.pem: OK\n");
    const std::string text = shop.run("openssl x509 -in leaf.pem -noout -text");
    EXPECT_NE(text.find(core::concat("Signature Algorithm: ", GetParam().signature, "\n")),
              std::string::npos)
        << text;
}

INSTANTIATE_TEST_SUITE_P(
    Sign, EveryChain,
    testing::Values(ChainCase{"P256", kP256, kP256, kP256, "ecdsa-with-SHA256"},
                    ChainCase{"P384", kP384, kP384, kP384, "ecdsa-with-SHA384"},
                    ChainCase{"P521", kP521, kP521, kP521, "ecdsa-with-SHA512"},
                    ChainCase{"Rsa", kRsa, kRsa, kRsa, "sha256WithRSAEncryption"},
                    ChainCase{"Ed25519", kEd25519, kEd25519, kEd25519, "ED25519"},
                    ChainCase{"Mixed", kP384, kP256, kRsa, "ecdsa-with-SHA256"},
                    ChainCase{"RsaAboveEc", kRsa, kP384, kP256, "ecdsa-with-SHA384"}),
    [](const auto& it) { return it.param.name; });

/// certtool takes no time of verification, so this chain is good for as long as anyone cares.
Profile forever(Profile profile) {
    profile.not_before = at_time("2020-01-01T00:00:00Z");
    profile.not_after = at_time("2120-01-01T00:00:00Z");
    return profile;
}

TEST(Sign, IsAcceptedByGnuTls) {
    const Workshop shop;
    if (shop.try_run("certtool --version").status != 0) GTEST_SKIP() << "certtool is absent";
    auto key = key_of(kP256);
    const std::string pem = get(sign_self(forever(ca_profile("Root G1")), key));
    const Ca root{std::move(key), pem, pem};
    const Ca between = child_ca(root, forever(ca_profile("Intermediate G1")));
    shop.write("root.pem", root.pem);
    shop.write("chain.pem",
               get(sign(forever(leaf_profile()), key_of(kP256).public_half, *between.signer())) +
                   between.signer()->intermediates_pem());
    const std::string told = shop.run(
        "certtool --verify --verify-profile medium --verify-purpose 1.3.6.1.5.5.7.3.1 "
        "--verify-hostname keystone.example.org --load-ca-certificate root.pem "
        "--infile chain.pem");
    EXPECT_NE(told.find("The certificate is trusted"), std::string::npos) << told;
}

TEST(Sign, IsAcceptedWithoutASubject) {
    const Ca root = root_ca();
    Profile profile = leaf_profile();
    profile.subject = {};
    const Workshop shop;
    shop.write("root.pem", root.pem);
    shop.write("leaf.pem", get(sign(profile, key_of(kP256).public_half, *root.signer())));
    EXPECT_EQ(shop.run("openssl verify -x509_strict -attime 1770000000 -CAfile root.pem leaf.pem"),
              "leaf.pem: OK\n");
}

TEST(Sign, WritesTheExtensionsInOneOrderWithTheirCriticality) {
    const Workshop shop;
    shop.write("c.pem", get(sign(full_profile(), key_of(kP256).public_half, *root_ca().signer())));
    const std::string headings = shop.run(
        "openssl x509 -in c.pem -noout -text | grep -E '^            X509v3' | sed 's/^ "
        "*//;s/ *$//'");
    EXPECT_EQ(headings,
              "X509v3 Key Usage: critical\n"
              "X509v3 Extended Key Usage:\n"
              "X509v3 Basic Constraints: critical\n"
              "X509v3 Subject Key Identifier:\n"
              "X509v3 Authority Key Identifier:\n"
              "X509v3 Subject Alternative Name:\n");
}

TEST(Sign, WritesTheSubjectInOneOrderWithItsTypes) {
    const Workshop shop;
    shop.write("c.pem", self(full_profile()));
    EXPECT_EQ(shop.run("openssl x509 -in c.pem -noout -subject -nameopt "
                       "sep_multiline,show_type,sname,utf8 | tail -n +2 | sed 's/^ *//'"),
              "C=PRINTABLESTRING:DE\nST=UTF8STRING:Sachsen\nL=UTF8STRING:Görlitz\n"
              "L=UTF8STRING:Zgorzelec\nstreet=UTF8STRING:Straße 1\npostalCode=UTF8STRING:02826\n"
              "O=UTF8STRING:Stack & Söhne\nOU=UTF8STRING:Cloud\nOU=UTF8STRING:Rechenzentrum\n"
              "CN=UTF8STRING:node-1.example.org\nserialNumber=PRINTABLESTRING:A-17\n");
}

// ---- fields -----------------------------------------------------------------------------------

TEST(Sign, DrawsSerialsOf20Octets) {
    const auto key = key_of(kP256);
    std::set<std::string> serials;
    for (int i = 0; i < 64; ++i) {
        const std::string serial = facts_in(get(sign_self(leaf_profile(), key))).serial;
        EXPECT_EQ(serial.size(), 40U);
        EXPECT_NE(std::string("4567").find(serial[0]), std::string::npos) << serial;
        serials.insert(serial);
    }
    EXPECT_EQ(serials.size(), 64U);
}

TEST(Sign, ChangesTheTypeOfTimesIn2050) {
    const struct {
        const char* time;
        int type;
        const char* text;
    } cases[] = {
        {"2049-12-31T23:59:59Z", V_ASN1_UTCTIME, "491231235959Z"},
        {"2050-01-01T00:00:00Z", V_ASN1_GENERALIZEDTIME, "20500101000000Z"},
        {"9999-12-31T23:59:59Z", V_ASN1_GENERALIZEDTIME, "99991231235959Z"},
        {"2026-02-28T12:34:56Z", V_ASN1_UTCTIME, "260228123456Z"},
    };
    for (const auto& row : cases) {
        Profile profile = leaf_profile();
        profile.not_after = at_time(row.time);
        const std::string pem = self(profile);
        const CertificateHandle certificate = parsed(pem);
        const ASN1_TIME* time = X509_get0_notAfter(certificate.get());
        EXPECT_EQ(ASN1_STRING_type(time), row.type) << row.time;
        EXPECT_EQ(view(time), row.text);
        EXPECT_EQ(facts_in(pem).not_after, profile.not_after);
    }
}

TEST(Sign, MarksNamesCriticalOnlyWithoutASubject) {
    for (const bool with_subject : {true, false}) {
        Profile profile = leaf_profile();
        if (!with_subject) profile.subject = {};
        const CertificateHandle certificate = parsed(self(profile));
        const int place = X509_get_ext_by_NID(certificate.get(), NID_subject_alt_name, -1);
        EXPECT_EQ(X509_EXTENSION_get_critical(X509_get_ext(certificate.get(), place)),
                  with_subject ? 0 : 1);
    }
}

TEST(Sign, LeavesOutWhatIsEmpty) {
    Profile profile = leaf_profile();
    profile.names = {};
    profile.usages = {};
    const CertificateHandle certificate = parsed(self(profile));
    for (const int nid : {NID_subject_alt_name, NID_key_usage, NID_ext_key_usage})
        EXPECT_EQ(X509_get_ext_by_NID(certificate.get(), nid, -1), -1);
    EXPECT_EQ(X509_get_ext_count(certificate.get()), 3);
}

TEST(Sign, GivesLeavesTheEmptySequenceAsConstraints) {
    const CertificateHandle certificate = parsed(self(leaf_profile()));
    const int place = X509_get_ext_by_NID(certificate.get(), NID_basic_constraints, -1);
    EXPECT_EQ(view(X509_EXTENSION_get_data(X509_get_ext(certificate.get(), place))),
              std::string_view("\x30\x00", 2));
}

TEST(Sign, WritesNamesInCanonicalForm) {
    Profile profile = leaf_profile();
    profile.names = {.dns = {"API.Example.ORG"}, .ips = {"2001:0DB8:0:0:0:0:0:1"}};
    const core::Names expected = {.dns = {"api.example.org"}, .ips = {"2001:db8::1"}};
    EXPECT_EQ(facts_in(self(profile)).names, expected);
}

/// The same key, once by our own short way and once by OpenSSL's.
TEST(Sign, WritesThePublicKeyAsOpensslDoes) {
    for (const KeySpec& spec : {kP256, kP384, kP521, kRsa, kEd25519}) {
        const auto key = key_of(spec);
        const KeyHandle decoded = get(decode_key(key.pkcs8));
        const CertificateHandle certificate = parsed(get(sign_self(leaf_profile(), key)));
        EXPECT_EQ(der_of(X509_get_X509_PUBKEY(certificate.get()), i2d_X509_PUBKEY),
                  der_of(decoded.get(), i2d_PUBKEY))
            << core::to_string(spec);
    }
}

// ---- foreign CAs ------------------------------------------------------------------------------

/// A CA whose subject and key identifier are not as we would write them.
Ca foreign_ca(std::string_view key_id) {
    const Workshop shop;
    shop.write("c.cnf", core::concat("[req]\ndistinguished_name=d\nx509_extensions=e\n"
                                     "string_mask=nombstr\n[d]\n[e]\n"
                                     "basicConstraints=critical,CA:TRUE\n",
                                     key_id));
    shop.run(
        "openssl req -x509 -config c.cnf -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes "
        "-days 3650 -subj '/CN=Old  CA/O=Firm/C=DE' -keyout k.pem -out c.pem");
    return {get(key_from_pem(shop.read("k.pem"))), shop.read("c.pem"), shop.read("c.pem")};
}

TEST(Sign, CopiesIssuerAndKeyIdentifierFromTheSigner) {
    const Ca ca = foreign_ca("subjectKeyIdentifier=0102030405\n");
    const auto facts = facts_in(get(sign(leaf_profile(), key_of(kP256).public_half, *ca.signer())));
    EXPECT_EQ(facts.issuer_der, facts_in(ca.pem).subject_der);
    EXPECT_EQ(facts.authority_key_id, "0102030405");
}

TEST(Sign, ComputesAKeyIdentifierForASignerWithout) {
    const Ca ca = foreign_ca("subjectKeyIdentifier=none\n");
    const auto signer_facts = facts_in(ca.pem);
    if (!signer_facts.subject_key_id.empty()) FAIL() << "the oracle added a key identifier";
    const auto facts = facts_in(get(sign(leaf_profile(), key_of(kP256).public_half, *ca.signer())));
    const CertificateHandle certificate = parsed(ca.pem);
    EXPECT_EQ(facts.authority_key_id, hex(sha1(key_bits(X509_get_X509_PUBKEY(certificate.get())))));
}

TEST(Sign, TakesWhatIsJustWithinTheBounds) {
    Profile profile = leaf_profile();
    profile.subject.common_name.clear();
    for (int i = 0; i < 64; ++i) profile.subject.common_name += "ü";  // characters, not octets
    profile.names.dns = {std::string(253, 'a')};
    expect_says(facts_in(self(profile)), profile);
}

}  // namespace
}  // namespace stackseal::pki::test
