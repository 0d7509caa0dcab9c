// SPDX-License-Identifier: Apache-2.0
// What is not signed: profiles that cannot be encoded, or that no verifier would accept.
#include <gmock/gmock.h>

#include "controller/pki/error.hpp"
#include "controller/pki/sign.hpp"
#include "tests/unit/controller/pki/support.hpp"

namespace stackseal::pki::test {
namespace {

using core::Code;
using core::KeyAlgorithm;
using core::Profile;
using core::Usage;

struct Refusal {
    const char* name;
    const char* reason;
    void (*spoil)(Profile& profile);
};

class SignRefuses : public testing::TestWithParam<Refusal> {};

TEST_P(SignRefuses, WhatCannotBeEncodedOrVerified) {
    Profile profile = leaf_profile();
    GetParam().spoil(profile);
    const auto signed_one = sign_self(profile, key_of(kP256));
    ASSERT_FALSE(signed_one);
    EXPECT_EQ(signed_one.error().code, Code::kInvalid);
    EXPECT_NE(signed_one.error().message.find(GetParam().reason), std::string::npos)
        << signed_one.error().message;
}

const Refusal kRefusals[] = {
    {"DnsUmlaut", "A-label", [](Profile& p) { p.names.dns = {"müller.example.org"}; }},
    {"DnsEmpty", "DNS name ''", [](Profile& p) { p.names.dns = {""}; }},
    {"DnsBlank", "DNS name 'a b'", [](Profile& p) { p.names.dns = {"a b"}; }},
    {"DnsZero", "DNS name 'a?b'", [](Profile& p) { p.names.dns = {std::string("a\0b", 3)}; }},
    {"DnsLong", "254 octets", [](Profile& p) { p.names.dns = {std::string(254, 'a')}; }},
    {"IpWords", "no IP address", [](Profile& p) { p.names.ips = {"keystone"}; }},
    {"IpShort", "no IP address", [](Profile& p) { p.names.ips = {"10.1"}; }},
    {"IpZone", "no IP address", [](Profile& p) { p.names.ips = {"fe80::1%eth0"}; }},
    {"IpRange", "no IP address", [](Profile& p) { p.names.ips = {"10.0.0.0/8"}; }},
    {"IpZero", "no IP address", [](Profile& p) { p.names.ips = {std::string("10.0.0.1\0x", 10)}; }},
    {"UriRelative", "URI", [](Profile& p) { p.names.uris = {"example.org/a"}; }},
    {"UriUmlaut", "URI", [](Profile& p) { p.names.uris = {"spiffe://müller/a"}; }},
    {"MailWithout", "mail address", [](Profile& p) { p.names.emails = {"ops"}; }},
    {"MailEmpty", "mail address", [](Profile& p) { p.names.emails = {"@example.org"}; }},
    {"CnLong", "65 characters", [](Profile& p) { p.subject.common_name = std::string(65, 'a'); }},
    {"CnNotUtf8", "not UTF-8", [](Profile& p) { p.subject.common_name = "a\xff"; }},
    {"CnControl", "control", [](Profile& p) { p.subject.common_name = "a\nb"; }},
    {"CountryLong", "3 characters", [](Profile& p) { p.subject.countries = {"DEU"}; }},
    {"CountryLetters", "letters beyond", [](Profile& p) { p.subject.countries = {"D_"}; }},
    {"SerialLetters", "letters beyond", [](Profile& p) { p.subject.serial_number = "a_b"; }},
    {"OrganizationEmpty", "0 characters", [](Profile& p) { p.subject.organizations = {""}; }},
    {"NobodyNamed", "name nobody",
     [](Profile& p) {
         p.subject = {};
         p.names = {};
     }},
    {"EndsBeforeItBegins", "2026-01-01T00:00:00Z", [](Profile& p) { p.not_after = p.not_before; }},
    {"EndsTooLate", "9999",
     [](Profile& p) { p.not_after = at_time("9999-12-31T23:59:59Z") + std::chrono::seconds(1); }},
    {"LeafThatSigns", "cert sign",
     [](Profile& p) {
         p.usages = {Usage::kDigitalSignature, Usage::kCertSign};
     }},
    {"LeafWithLength", "path length", [](Profile& p) { p.max_path_len = 0; }},
    {"CaThatMayNotSign", "cert sign", [](Profile& p) { p.is_ca = true; }},
    {"CaWithoutSubject", "subject",
     [](Profile& p) {
         p = ca_profile("");
         p.names.dns = {"ca.example.org"};
     }},
    {"NegativeLength", "negative",
     [](Profile& p) {
         p = ca_profile("CA");
         p.max_path_len = -1;
     }},
};

INSTANTIATE_TEST_SUITE_P(Sign, SignRefuses, testing::ValuesIn(kRefusals),
                         [](const auto& it) { return it.param.name; });

TEST(Sign, RefusesACaBelowPathLengthZeroAnywhereAbove) {
    Profile top = ca_profile("Root G1");
    top.max_path_len = 1;
    auto key = key_of(kP256);
    const std::string pem = get(sign_self(top, key));
    const Ca root{std::move(key), pem, pem};
    const Ca between = child_ca(root, ca_profile("Between"));
    const auto deeper = sign(ca_profile("Deeper"), key_of(kP256).public_half, *between.signer());
    ASSERT_FALSE(deeper);
    EXPECT_EQ(deeper.error().code, Code::kInvalid);
    EXPECT_TRUE(sign(leaf_profile(), key_of(kP256).public_half, *between.signer()));
}

TEST(Sign, RefusesPartsThatMakeNoPublicKey) {
    const auto root = root_ca();
    const auto signer = root.signer();
    const struct {
        const char* reason;
        core::PublicKey key;
    } cases[] = {
        {"no curve is called 'P-1'", {KeyAlgorithm::kEcdsa, "P-1", "point"}},
        {"no curve is called ''", {KeyAlgorithm::kEcdsa, "", "point"}},
        {"curve 'prime256v1' beside", {KeyAlgorithm::kRsa, "prime256v1", "bits"}},
        {"curve 'prime256v1' beside", {KeyAlgorithm::kEd25519, "prime256v1", "bits"}},
        {"empty", {KeyAlgorithm::kEcdsa, "prime256v1", ""}},
        {"empty", {KeyAlgorithm::kEd25519, "", ""}},
    };
    for (const auto& row : cases) {
        const auto made = sign(leaf_profile(), row.key, *signer);
        ASSERT_FALSE(made) << row.reason;
        EXPECT_EQ(made.error().code, Code::kCorrupt);
        EXPECT_THAT(made.error().message, testing::HasSubstr(row.reason));
        EXPECT_EQ(drain(), "") << "nothing is left in OpenSSL's queue";
    }
}

TEST(Sign, TakesTheOwnPublicHalfFromThePrivateOne) {
    core::PrivateKey key = key_of(kP256);
    const auto own = facts_in(get(sign_self(leaf_profile(), key))).public_key;
    key.public_half = key_of(kP256).public_half;
    EXPECT_EQ(facts_in(get(sign_self(leaf_profile(), key))).public_key, own);
}

TEST(Sign, RefusesADamagedKey) {
    const auto made = sign_self(leaf_profile(), {core::SecretBytes("no key"), {}});
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, Code::kCorrupt);
}

}  // namespace
}  // namespace stackseal::pki::test
