// SPDX-License-Identifier: Apache-2.0
// A Certificate as document and as struct: every field once, defaults left out.
#include "controller/api/codec.hpp"

#include <gtest/gtest.h>

#include "tests/unit/controller/api/manifests.hpp"

namespace stackseal::api {
namespace {

using core::Value;
using std::chrono::hours;
using std::chrono::seconds;

constexpr std::string_view kFullCertificate = R"(
apiVersion: stackseal.io/v1alpha1
kind: Certificate
metadata:
  name: keystone
  namespace: openstack
  uid: 9a6c
  resourceVersion: "42"
  generation: 3
  labels: {app: keystone}
  annotations: {example.com/owner: identity}
  ownerReferences:
  - apiVersion: stackseal.io/v1alpha1
    kind: TLSPolicy
    name: cloud
    uid: "77"
    controller: true
  creationTimestamp: "2026-11-24T03:40:00Z"
  deletionTimestamp: "2026-11-25T03:40:00Z"
spec:
  secretName: keystone-tls
  issuerRef: {name: root, kind: Other, group: example.com, namespace: pki}
  commonName: keystone.example.com
  subject:
    organizations: [o1, o2]
    organizationalUnits: [ou]
    countries: [DE]
    localities: [l]
    provinces: [p]
    streetAddresses: [s]
    postalCodes: ["50667"]
    serialNumber: "4711"
  dnsNames: [keystone.example.com, k.example.com]
  ipAddresses: [192.0.2.1]
  uris: ["spiffe://x/y"]
  emailAddresses: [ops@example.com]
  duration: 2160h
  renewBefore: 1h30m
  renewBeforePercentage: 40
  usages: [digital signature, server auth, ipsec user]
  isCA: true
  privateKey: {algorithm: Ed25519, size: 521, encoding: PKCS8, rotationPolicy: Never}
  secretTemplate:
    labels: {a: b}
    annotations: {c: d}
  reissue: now
  deletionPolicy: Delete
status:
  conditions:
  - type: Ready
    status: "True"
    reason: Issued
    message: ""
    observedGeneration: 3
    lastTransitionTime: "2026-11-24T03:40:05Z"
  notBefore: "2026-11-24T03:40:00Z"
  notAfter: "2027-02-22T03:40:00Z"
  renewalTime: "2027-01-23T03:40:00Z"
  revision: 7
  failedIssuanceAttempts: 2
  lastFailureTime: "2026-11-24T03:39:00Z"
  nextAttemptTime: "2026-11-24T03:41:00Z"
  serialNumber: 0a
  fingerprint: bc
  issuerGeneration: 4
  expires: "2027-02-22T03:40:00Z"
  renews: "2027-01-23T03:40:00Z"
)";

Value full_certificate() {
    return document(kFullCertificate);
}

Certificate expected_certificate() {
    Certificate c;
    c.meta = {.name = "keystone",
              .space = "openstack",
              .uid = "9a6c",
              .resource_version = "42",
              .generation = 3,
              .labels = {{"app", "keystone"}},
              .annotations = {{"example.com/owner", "identity"}},
              .owners = {{"stackseal.io/v1alpha1", "TLSPolicy", "cloud", "77", true}},
              .created = at("2026-11-24T03:40:00Z"),
              .deleting = at("2026-11-25T03:40:00Z")};
    c.spec = {.secret_name = "keystone-tls",
              .issuer_ref = {"root", "Other", "example.com", "pki"},
              .common_name = "keystone.example.com",
              .subject = {{"o1", "o2"}, {"ou"}, {"DE"}, {"l"}, {"p"}, {"s"}, {"50667"}, "4711"},
              .dns_names = {"keystone.example.com", "k.example.com"},
              .ip_addresses = {"192.0.2.1"},
              .uris = {"spiffe://x/y"},
              .email_addresses = {"ops@example.com"},
              .duration = hours(2160),
              .renew_before = seconds(5400),
              .renew_before_percentage = 40,
              .usages = {core::Usage::kDigitalSignature, core::Usage::kServerAuth,
                         core::Usage::kIpsecUser},
              .is_ca = true,
              .private_key = {core::KeyAlgorithm::kEd25519, 521, core::KeyEncoding::kPkcs8,
                              RotationPolicy::kNever},
              .secret_template = {{{"a", "b"}}, {{"c", "d"}}},
              .reissue = "now",
              .deletion = DeletionPolicy::kDelete};
    c.status = {.conditions = {{"Ready", "True", "Issued", "", 3, at("2026-11-24T03:40:05Z")}},
                .not_before = at("2026-11-24T03:40:00Z"),
                .not_after = at("2027-02-22T03:40:00Z"),
                .renewal_time = at("2027-01-23T03:40:00Z"),
                .revision = 7,
                .failed_attempts = 2,
                .last_failure = at("2026-11-24T03:39:00Z"),
                .next_attempt = at("2026-11-24T03:41:00Z"),
                .serial = "0a",
                .fingerprint = "bc",
                .issuer_generation = 4,
                .expires = "2027-02-22T03:40:00Z",
                .renews = "2027-01-23T03:40:00Z"};
    return c;
}

TEST(CertificateCodec, EveryFieldGoesToItsMember) {
    const auto decoded = decode<Certificate>(full_certificate());
    EXPECT_EQ(lines_of(decoded.problems), "");
    EXPECT_EQ(lines_of(decoded.unknown), "");
    EXPECT_EQ(decoded.value.meta, expected_certificate().meta);
    EXPECT_EQ(decoded.value.spec, expected_certificate().spec);
    EXPECT_EQ(decoded.value.status, expected_certificate().status);
}

TEST(CertificateCodec, EveryMemberGoesToItsField) {
    EXPECT_EQ(encode(expected_certificate()), full_certificate());
    EXPECT_EQ(encode_status(expected_certificate()), *full_certificate().find("status"));
}

TEST(CertificateCodec, WhatEqualsItsDefaultIsLeftOut) {
    Certificate least;
    least.meta.name = "x";
    least.spec.secret_name = "s";
    least.spec.issuer_ref.name = "i";
    EXPECT_EQ(
        text::to_json(encode(least)),
        R"({"apiVersion":"stackseal.io/v1alpha1","kind":"Certificate","metadata":{"name":"x"},)"
        R"("spec":{"secretName":"s","issuerRef":{"name":"i"}}})");
    EXPECT_EQ(text::to_json(encode_status(least)), "{}");
}

TEST(CertificateCodec, TheServersDefaultsAreOurs) {
    const auto with = decode<Certificate>(manifest(
        "Certificate", "secretName: s\nissuerRef: {name: i, kind: Issuer, group: stackseal.io}"));
    const auto without =
        decode<Certificate>(manifest("Certificate", "secretName: s\nissuerRef: {name: i}"));
    EXPECT_TRUE(with.problems.empty());
    EXPECT_EQ(with.value, without.value);
}

TEST(CertificateCodec, NullIsAbsent) {
    const auto decoded = decode<Certificate>(
        manifest("Certificate",
                 "secretName: s\nissuerRef: {name: i}\ndnsNames:\nduration: ~\nsubject: null"));
    EXPECT_EQ(lines_of(decoded.problems), "");
    EXPECT_EQ(
        lines_of(decode<Certificate>(manifest("Certificate", "secretName:\nissuerRef: {name: i}"))
                     .problems),
        "/spec/secretName: is required (line 5)\n");
}

}  // namespace
}  // namespace stackseal::api
