// SPDX-License-Identifier: Apache-2.0
// What is wrong with a document: all of it at once, by pointer and line, bounded and clean.
#include "controller/api/codec.hpp"

#include <gtest/gtest.h>

#include "tests/unit/controller/api/manifests.hpp"

namespace stackseal::api {
namespace {

using core::Value;

TEST(CodecProblems, FindsAllProblemsAtOnce) {
    const auto decoded = decode<Certificate>(manifest("Certificate", R"(secretName: ""
issuerRef: {kind: 7}
commonName: [x]
dnsNames: [a.example.com, 5, ""]
ipAddresses: 10.0.0.1
duration: 90d
renewBefore: 5
renewBeforePercentage: 0
usages: [server auth, Server Auth]
isCA: "true"
privateKey: {algorithm: DSA, size: 12, encoding: 1.5}
secretTemplate: {labels: [a], annotations: {a: 1}})"));
    EXPECT_EQ(
        lines_of(decoded.problems),
        "/spec/secretName: must not be empty (line 6)\n"
        "/spec/issuerRef/name: is required (line 7)\n"
        "/spec/issuerRef/kind: must be text, got a number; quote it (line 7)\n"
        "/spec/commonName: must be text, got a list (line 8)\n"
        "/spec/dnsNames/1: must be text, got a number; quote it (line 9)\n"
        "/spec/dnsNames/2: must not be empty (line 9)\n"
        "/spec/ipAddresses: must be a list, got text (line 10)\n"
        "/spec/duration: not a duration: \"90d\"; write hours, minutes and seconds, as in "
        "1h30m (line 11)\n"
        "/spec/renewBefore: must be text, got a number; quote it (line 12)\n"
        "/spec/renewBeforePercentage: must be between 1 and 99, got 0 (line 13)\n"
        "/spec/usages/1: must be one of digital signature, content commitment, key "
        "encipherment, data encipherment, key agreement, cert sign, crl sign, encipher only, "
        "decipher only, server auth, client auth, code signing, email protection, "
        "timestamping, ocsp signing, ipsec end system, ipsec tunnel, ipsec user, any, got "
        "\"Server Auth\" (line 14)\n"
        "/spec/isCA: must be true or false, got text (line 15)\n"
        "/spec/privateKey/algorithm: must be one of RSA, ECDSA, Ed25519, got \"DSA\" (line 16)\n"
        "/spec/privateKey/size: must be between 256 and 8192, got 12 (line 16)\n"
        "/spec/privateKey/encoding: must be text, got a number; quote it (line 16)\n"
        "/spec/secretTemplate/labels: must be a mapping, got a list (line 17)\n"
        "/spec/secretTemplate/annotations/a: must be text, got a number; quote it (line 17)\n");
}

TEST(CodecProblems, LengthsCountCharactersAndAreBounded) {
    const auto problems = [](const std::string& spec) {
        return lines_of(decode<Certificate>(
                            manifest("Certificate", "secretName: s\nissuerRef: {name: i}\n" + spec))
                            .problems);
    };
    std::string umlauts;
    for (int i = 0; i < 64; ++i) umlauts += "ü";
    EXPECT_EQ(problems("commonName: " + umlauts), "");
    EXPECT_EQ(problems("commonName: x" + umlauts),
              "/spec/commonName: must have at most 64 characters, got 65 (line 8)\n");
    EXPECT_EQ(problems("subject: {countries: [D]}"),
              "/spec/subject/countries/0: must have at least 2 characters, got 1 (line 8)\n");
    std::string names = "dnsNames: [a";
    for (int i = 0; i < 100; ++i) names += ", a";
    EXPECT_EQ(problems(names + "]"),
              "/spec/dnsNames: must have at most 100 entries, got 101 (line 8)\n");
    std::string labels = "secretTemplate: {labels: {a: b";
    for (int i = 0; i < 64; ++i) labels += ", k" + std::to_string(i) + ": v";
    EXPECT_EQ(problems(labels + "}}"),
              "/spec/secretTemplate/labels: must have at most 64 entries, got 65 (line 8)\n");
    EXPECT_EQ(problems("renewBeforePercentage: 9223372036854775808"),
              "/spec/renewBeforePercentage: must be a whole number, got a fraction or too large a "
              "number (line 8)\n");
    EXPECT_EQ(problems("privateKey: {size: 4294967552}"),  // 256 beyond 32 bits
              "/spec/privateKey/size: must be between 256 and 8192, got 4294967552 (line 8)\n");
}

TEST(CodecProblems, ANumberMayBeTooLargeForItsMemberWithoutABoundOfItsOwn) {
    const auto decoded = decode<Certificate>(document(
        "metadata: {name: x, generation: 1.5}\nspec: {secretName: s, issuerRef: {name: i}}"));
    EXPECT_EQ(lines_of(decoded.problems),
              "/metadata/generation: must be a whole number, got a fraction or too large a number "
              "(line 1)\n");
    const auto status =
        decode<Certificate>(document("metadata: {name: x}\nspec: {secretName: s, issuerRef: {name: "
                                     "i}}\nstatus: {revision: -1}"));
    EXPECT_EQ(lines_of(status.problems), "/status/revision: must be at least 0, got -1 (line 3)\n");
}

TEST(CodecProblems, UnknownKeysAreAListOfTheirOwn) {
    const auto decoded = decode<Certificate>(document(R"(
kind: Certificate
specs: {}
metadata: {name: x, unheardOf: 1, ownerReferences: [{apiVersion: v1, kind: K, name: n, uid: u, blockOwnerDeletion: true}]}
spec:
  secretName: s
  secretname: t
  issuerRef: {name: i, nmae: j, "a/b~c": 1}
  keystores: {}
  privateKey: {algoritm: RSA}
)"));
    EXPECT_EQ(lines_of(decoded.problems), "");
    EXPECT_EQ(
        lines_of(decoded.unknown),
        "/spec/issuerRef/nmae: is no known field; remove it (line 8)\n"
        "/spec/issuerRef/a~1b~0c: is no known field; remove it (line 8)\n"
        "/spec/privateKey/algoritm: is no known field; did you mean \"algorithm\"? (line 10)\n"
        "/spec/secretname: is no known field; did you mean \"secretName\"? (line 7)\n"
        "/spec/keystores: is no known field; remove it (line 9)\n"
        "/specs: is no known field; did you mean \"spec\"? (line 3)\n");
}

TEST(CodecProblems, WhatIsNoObjectIsAProblem) {
    EXPECT_EQ(lines_of(decode<Certificate>(Value::of("x")).problems),
              ": must be a mapping, got text\n");
    EXPECT_EQ(lines_of(decode<Certificate>(Value::array()).problems),
              ": must be a mapping, got a list\n");
    EXPECT_EQ(lines_of(decode<Certificate>(Value::object()).problems),
              "/metadata: is required\n/spec: is required\n");
}

TEST(CodecProblems, TheReportIsBounded) {
    std::string names = "secretName: s\nissuerRef: {name: i}\nunknown:\n  a: 1\nusages: [";
    for (int i = 0; i < 19; ++i) names += "x" + std::string(100, 'y') + ", ";
    const auto decoded = decode<Certificate>(manifest("Certificate", names + "]"));
    EXPECT_EQ(decoded.problems.size(), 19U);
    const std::string line = to_string(decoded.problems);
    EXPECT_LT(line.size(), 1200U);
    EXPECT_NE(line.find("; and "), std::string::npos) << line;
    std::string many = "secretName: s\nissuerRef: {name: i}\nsecretTemplate:\n  labels:\n";
    for (int i = 0; i < 500; ++i) many += "    k" + std::to_string(i) + ": 1\n";
    EXPECT_EQ(decode<Certificate>(manifest("Certificate", many)).problems.size(), 100U);
}

TEST(CodecProblems, ValuesInMessagesAreCutAndClean) {
    const auto decoded = decode<Certificate>(
        manifest("Certificate", "secretName: s\nissuerRef: {name: i}\ndeletionPolicy: \"a\\nb" +
                                    std::string(62, 'x') + "ü\""));
    EXPECT_EQ(lines_of(decoded.problems),
              "/spec/deletionPolicy: must be one of Retain, Delete, got "
              "\"a?b" +
                  std::string(61, 'x') + "…\" (line 8)\n");
}

TEST(CodecProblems, ConditionsAreToldApartByType) {
    const auto decoded = decode<Certificate>(document(R"(
metadata: {name: x}
spec: {secretName: s, issuerRef: {name: i}}
status:
  conditions:
  - {type: Ready, status: "True", reason: R, message: m}
  - {type: Ready, status: "False", reason: R, message: m}
)"));
    EXPECT_EQ(lines_of(decoded.problems),
              "/status/conditions/1: a second entry with type \"Ready\" (line 7)\n");
}

TEST(Metadata, NamesMustBeNames) {
    const auto problems = [](std::string_view metadata) {
        return lines_of(decode<Namespace>(document("metadata: " + std::string(metadata))).problems);
    };
    EXPECT_EQ(problems("{name: openstack}"), "");
    EXPECT_EQ(problems("{name: a.b-c.d9, namespace: n}"), "");
    EXPECT_EQ(problems("{name: \"\"}"), "/metadata/name: must not be empty (line 1)\n");
    EXPECT_EQ(problems("{namespace: n}"), "/metadata/name: is required (line 1)\n");
    EXPECT_EQ(problems("{name: ../../etc}"),
              "/metadata/name: \"../../etc\" is no object name: a label is empty; remove the extra "
              "dot (line 1)\n");
    EXPECT_EQ(problems("{name: a/b}"),
              "/metadata/name: \"a/b\" is no object name: '/' is not allowed; use letters, digits "
              "and '-' (line 1)\n");
    EXPECT_EQ(
        problems("{name: a, namespace: ..}"),
        "/metadata/namespace: \"..\" is no namespace: '.' is not allowed; use letters, digits "
        "and '-' (line 1)\n");
    EXPECT_EQ(
        problems("{name: a, namespace: B}"),
        "/metadata/namespace: \"B\" is no namespace: write it in lower case: \"b\" (line 1)\n");
    EXPECT_EQ(problems("{name: a, creationTimestamp: null}"), "");
    EXPECT_EQ(problems("{name: a, creationTimestamp: yesterday}"),
              "/metadata/creationTimestamp: not a time: \"yesterday\"; write it as "
              "2026-11-24T03:40:00Z (RFC 3339) (line 1)\n");
}

TEST(Problems, TheirPointersAreOneLine) {
    const auto decoded = decode<Certificate>(Value::object({{"spec\n/\x1b", Value{}}}));
    EXPECT_EQ(decoded.unknown.at(0).pointer, "/spec?~1?");
}

TEST(Problems, AreShownWithPointerAndLine) {
    EXPECT_EQ(
        to_string(Problem{"/spec/privateKey/size", "must be between 256 and 8192, got 12", 8}),
        "/spec/privateKey/size: must be between 256 and 8192, got 12 (line 8)");
    EXPECT_EQ(to_string(Problem{"/a", "b"}), "/a: b");
    EXPECT_EQ(to_string(std::vector<Problem>{{"/a", "b"}, {"/c", "d", 2}}),
              "/a: b; /c: d (line 2)");
    EXPECT_EQ(to_string(std::vector<Problem>{}), "");
    EXPECT_EQ(to_string(std::vector<Problem>(100, {"/a", std::string(600, 'x')})).substr(604),
              "; and 99 more");
}

}  // namespace
}  // namespace stackseal::api
