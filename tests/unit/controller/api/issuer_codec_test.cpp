// SPDX-License-Identifier: Apache-2.0
// An Issuer as document and as struct, and which source it names.
#include "controller/api/codec.hpp"

#include <gtest/gtest.h>

#include "tests/unit/controller/api/manifests.hpp"

namespace stackseal::api {
namespace {

using core::Value;
using std::chrono::hours;

TEST(NamespaceCodec, LabelsAreRead) {
    const auto decoded = decode<Namespace>(
        document("apiVersion: v1\nkind: Namespace\nmetadata: {name: a, labels: {b: c}}"));
    EXPECT_EQ(lines_of(decoded.problems), "");
    EXPECT_EQ(decoded.value.meta.labels, (std::map<std::string, std::string>{{"b", "c"}}));
}

constexpr std::string_view kAuthority = R"(authority:
  commonName: Root
  subject: {organizations: [o]}
  duration: 87600h
  privateKey: {algorithm: RSA, size: 4096}
  signedBy: {name: up, namespace: pki}
  maxPathLen: 0
allow:
  namespaces: {from: Selector, names: [a], selector: {matchLabels: {b: c}}}
  dnsDomains: [example.com]
  ipRanges: [10.0.0.0/8]
  uris: ["spiffe://x/*"]
  emails: [example.com]
  commonNames: [Agent]
  usages: [client auth]
  maxDuration: 24h
  isCA: false)";

TEST(IssuerCodec, EveryFieldGoesBothWays) {
    Value doc = manifest("Issuer", kAuthority);
    doc.set("status", document(R"(
conditions: [{type: Ready, status: "True", reason: R, message: m}]
generations: [{number: 0, fingerprint: ab, secretName: s.i.g0, notAfter: "2027-02-22T03:40:00Z", state: Active}]
notAfter: "2027-02-22T03:40:00Z"
expires: "2027-02-22T03:40:00Z"
)"));
    const auto decoded = decode<Issuer>(doc);
    EXPECT_EQ(lines_of(decoded.problems) + lines_of(decoded.unknown), "");
    const Authority authority{.common_name = "Root",
                              .subject = {.organizations = {"o"}},
                              .duration = hours(87600),
                              .private_key = {core::KeyAlgorithm::kRsa, 4096},
                              .signed_by = IssuerRef{.name = "up", .space = "pki"},
                              .max_path_len = 0};
    const Allow allow{{NamespacesFrom::kSelector, {"a"}, {{"b", "c"}}},
                      {"example.com"},
                      {"10.0.0.0/8"},
                      {"spiffe://x/*"},
                      {"example.com"},
                      {"Agent"},
                      {core::Usage::kClientAuth},
                      hours(24),
                      false};
    EXPECT_EQ(decoded.value.spec, (IssuerSpec{authority, allow}));
    const AuthorityGeneration generation{0, "ab", "s.i.g0", at("2027-02-22T03:40:00Z"),
                                         GenerationState::kActive};
    EXPECT_EQ(decoded.value.status, (IssuerStatus{{{"Ready", "True", "R", "m", 0, {}}},
                                                  {generation},
                                                  at("2027-02-22T03:40:00Z"),
                                                  "2027-02-22T03:40:00Z"}));
    EXPECT_EQ(encode(decoded.value), doc);
    EXPECT_EQ(encode_status(decoded.value), *doc.find("status"));
}

TEST(IssuerCodec, TheSourceIsTheOneThatIsNamed) {
    const auto source = [](std::string_view spec) {
        const auto decoded = decode<Issuer>(manifest("Issuer", spec));
        EXPECT_EQ(lines_of(decoded.problems), "");
        EXPECT_EQ(*encode(decoded.value).find("spec"), *manifest("Issuer", spec).find("spec"));
        return decoded.value.spec.source;
    };
    EXPECT_TRUE(std::holds_alternative<SelfSigned>(source("selfSigned: {}")));
    EXPECT_EQ(std::get<CaSecret>(source("ca: {secretName: s}")).secret_name, "s");
    EXPECT_EQ(std::get<Authority>(source("authority: {commonName: c}")).common_name, "c");
    EXPECT_EQ(source("allow: {isCA: true}").index(), 0U)
        << "what is missing is validate()'s to say";
}

TEST(IssuerCodec, TwoSourcesAreAProblem) {
    const auto decoded = decode<Issuer>(
        manifest("Issuer", "selfSigned: {}\nca: {secretName: s}\nauthority: {commonName: c}"));
    EXPECT_EQ(lines_of(decoded.problems),
              "/spec/ca: stands beside another choice; give exactly one (line 7)\n"
              "/spec/authority: stands beside another choice; give exactly one (line 8)\n");
}

}  // namespace
}  // namespace stackseal::api
