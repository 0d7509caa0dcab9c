// SPDX-License-Identifier: Apache-2.0
// Manifests to the documents of an apply: nothing lost, nothing of a server's, Issuers first.
#include "app/given_objects.hpp"

#include <gmock/gmock.h>

#include "controller/text/json.hpp"

namespace stackseal::app {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

Given given_by(const std::string& text) {
    const local::Manifest manifest = local::read_manifest("m.yaml", text);
    return given_in({manifest.objects, manifest.problems, true});
}

constexpr const char* kHierarchy = R"(apiVersion: stackseal.io/v1alpha1
kind: Certificate
metadata:
  name: api
  namespace: ops
  uid: 7c0b
  resourceVersion: "4"
  labels: {team: cloud, app.kubernetes.io/managed-by: Helm}
  annotations: {note: "yes"}
spec: {secretName: api-tls, dnsNames: [api.example.com], issuerRef: {name: ca}}
status: {revision: 3}
---
apiVersion: stackseal.io/v1alpha1
kind: Issuer
metadata: {name: ca, namespace: ops}
spec: {selfSigned: {}}
)";

TEST(GivenObjects, IssuersComeFirst) {
    const Given given = given_by(kHierarchy);
    ASSERT_THAT(given.objects, SizeIs(2));
    EXPECT_EQ(core::to_string(given.objects[0].ref), "Issuer ops/ca");
    EXPECT_EQ(given.objects[0].place, "m.yaml:13");
    EXPECT_EQ(core::to_string(given.objects[1].ref), "Certificate ops/api");
    EXPECT_TRUE(given.problems.empty());
}

TEST(GivenObjects, HoldTheIntentAndNothingElse) {
    const Given given = given_by(kHierarchy);
    ASSERT_THAT(given.objects, SizeIs(2));
    EXPECT_EQ(given.objects[0].document, *text::parse_json(R"({
        "apiVersion": "stackseal.io/v1alpha1", "kind": "Issuer",
        "metadata": {"name": "ca", "namespace": "ops",
                     "labels": {"app.kubernetes.io/managed-by": "stackseal"}},
        "spec": {"selfSigned": {}}})"));
    EXPECT_EQ(given.objects[1].document, *text::parse_json(R"({
        "apiVersion": "stackseal.io/v1alpha1", "kind": "Certificate",
        "metadata": {"name": "api", "namespace": "ops", "annotations": {"note": "yes"},
                     "labels": {"team": "cloud", "app.kubernetes.io/managed-by": "stackseal"}},
        "spec": {"secretName": "api-tls", "dnsNames": ["api.example.com"],
                 "issuerRef": {"name": "ca"}}})"));
}

TEST(GivenObjects, OfOtherKindsAreProblems) {
    const Given given = given_by("apiVersion: v1\nkind: Namespace\nmetadata: {name: ops}\n");
    EXPECT_TRUE(given.objects.empty());
    ASSERT_THAT(given.problems, SizeIs(1));
    EXPECT_EQ(to_string(given.problems[0]),
              "m.yaml:1: /kind: Namespace is not applied from here, only Issuer and Certificate "
              "are; apply it by other means");
}

TEST(GivenObjects, TheReadersProblemsStay) {
    const Given given = given_by(std::string(kHierarchy) + "---\nkind: Nonsense\n");
    EXPECT_THAT(given.objects, SizeIs(2));
    EXPECT_THAT(given.problems, SizeIs(1));
}

}  // namespace
}  // namespace stackseal::app
