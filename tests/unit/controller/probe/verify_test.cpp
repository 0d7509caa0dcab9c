// SPDX-License-Identifier: Apache-2.0
// Chains, links and names that fit and that do not, made without the product's code.
#include "controller/probe/verify.hpp"

#include <gmock/gmock.h>

#include "tests/support/test_certificates.hpp"

namespace stackseal::probe {

namespace {

using core::Code;
using ::testing::HasSubstr;
using tests::TestAuthority;

struct Hierarchy {
    TestAuthority root{"root"};
    TestAuthority between = root.intermediate("between");
    std::string leaf = between
                           .issue({.common_name = "leaf",
                                   .names = {"DNS:*.cloud.example", "IP:10.0.0.1", "IP:fd00::1"},
                                   .usage = "clientAuth"})
                           .certificate_pem;
    std::string chain = leaf + between.pem();
};

void expect_denied(const core::Result<void>& verdict, const char* reason) {
    ASSERT_FALSE(verdict);
    EXPECT_EQ(verdict.error().code, Code::kDenied);
    EXPECT_THAT(verdict.error().message, HasSubstr(reason));
}

TEST(Verify, AcceptsAChainUpToItsRoot) {
    const Hierarchy made;
    EXPECT_TRUE(verify({.chain_pem = made.chain, .anchors_pem = made.root.pem()}));
}

TEST(Verify, AnIntermediateMayBeTheAnchor) {
    const Hierarchy made;
    EXPECT_TRUE(verify({.chain_pem = made.leaf, .anchors_pem = made.between.pem()}));
}

TEST(Verify, MissesAnIntermediate) {
    const Hierarchy made;
    expect_denied(verify({.chain_pem = made.leaf, .anchors_pem = made.root.pem()}),
                  "unable to get local issuer certificate (CN=leaf)");
}

TEST(Verify, RefusesAnotherKeyUnderTheSameName) {
    const Hierarchy made;
    const TestAuthority twin("root");
    EXPECT_FALSE(verify({.chain_pem = made.chain, .anchors_pem = twin.pem()}));
}

TEST(Verify, LooksAtDatesOnlyWhenAsked) {
    const TestAuthority root("root");
    const std::string old =
        root.issue({.common_name = "old", .until_seconds = -60}).certificate_pem;
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    EXPECT_TRUE(verify({.chain_pem = old, .anchors_pem = root.pem()}));
    expect_denied(verify({.chain_pem = old, .anchors_pem = root.pem(), .at = now}),
                  "certificate has expired (CN=old)");
    EXPECT_TRUE(
        verify({.chain_pem = old, .anchors_pem = root.pem(), .at = now - std::chrono::minutes(5)}));
}

TEST(Verify, LooksAtThePurposeOnlyWhenAsked) {
    const Hierarchy made;
    expect_denied(verify({.chain_pem = made.chain, .anchors_pem = made.root.pem(), .server = true}),
                  "certificate purpose (CN=leaf)");
}

TEST(Verify, SaysWhichTextDoesNotParse) {
    const Hierarchy made;
    const auto no_chain = verify({.chain_pem = "x", .anchors_pem = made.root.pem()});
    ASSERT_FALSE(no_chain);
    EXPECT_EQ(no_chain.error().code, Code::kCorrupt);
    const auto no_anchors = verify({.chain_pem = made.chain, .anchors_pem = "x"});
    ASSERT_FALSE(no_anchors);
    EXPECT_EQ(no_anchors.error().code, Code::kCorrupt);
    EXPECT_THAT(no_anchors.error().message, HasSubstr("trust anchors: "));
}

struct NameCase {
    const char* name;
    bool fits;
};

class CheckName : public ::testing::TestWithParam<NameCase> {};

TEST_P(CheckName, CountsAlternativeNamesOnly) {
    const Hierarchy made;
    const auto verdict = check_name(made.leaf, GetParam().name);
    EXPECT_EQ(verdict.has_value(), GetParam().fits);
    if (!GetParam().fits) expect_denied(verdict, GetParam().name);
}

INSTANTIATE_TEST_SUITE_P(Names, CheckName,
                         ::testing::Values(NameCase{"nova.cloud.example", true},
                                           NameCase{"a.nova.cloud.example", false},
                                           NameCase{"cloud.example", false},
                                           NameCase{"leaf", false}, NameCase{"10.0.0.1", true},
                                           NameCase{"10.0.0.2", false}, NameCase{"fd00::1", true},
                                           NameCase{"fd00::2", false}));

TEST(CheckLink, AcceptsTheIssuer) {
    const Hierarchy made;
    EXPECT_TRUE(check_link(made.leaf, made.between.pem()));
    EXPECT_TRUE(check_link(made.between.pem(), made.root.pem()));
    EXPECT_TRUE(check_link(made.root.pem(), made.root.pem()));
}

TEST(CheckLink, RefusesAnotherName) {
    const Hierarchy made;
    expect_denied(check_link(made.leaf, made.root.pem()), "subject issuer mismatch");
}

TEST(CheckLink, RefusesAnotherKeyUnderTheSameName) {
    const Hierarchy made;
    expect_denied(check_link(made.between.pem(), TestAuthority("root").pem()),
                  "authority and subject key identifier mismatch");
}

TEST(CheckLink, RefusesALeafAsIssuer) {
    const TestAuthority root("root");
    const auto leaf = root.issue({.common_name = "root"});
    EXPECT_FALSE(check_link(root.pem(), leaf.certificate_pem));
}

TEST(PartiesOf, WritesNamesWithoutRawLetters) {
    const TestAuthority root("r\xc3\xb6\xc3\xb6t\x1b[2J");
    const auto parties = parties_of(root.issue({.common_name = "a,b"}).certificate_pem);
    ASSERT_TRUE(parties) << parties.error().message;
    EXPECT_EQ(parties->subject, "CN=a\\,b");
    EXPECT_EQ(parties->issuer, "CN=r\\C3\\B6\\C3\\B6t\\1B[2J");
}

TEST(PartiesOf, ShowsAnEmptyNameAsEmpty) {
    const TestAuthority root("root");
    const auto parties = parties_of(root.issue({.names = {"DNS:a.example"}}).certificate_pem);
    ASSERT_TRUE(parties) << parties.error().message;
    EXPECT_EQ(parties->subject, "");
    EXPECT_EQ(parties->issuer, "CN=root");
}

}  // namespace

}  // namespace stackseal::probe
