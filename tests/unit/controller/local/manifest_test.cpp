// SPDX-License-Identifier: Apache-2.0
// What a manifest's text gives, and the one line for each thing that is refused.
#include "controller/local/manifest.hpp"

#include <gmock/gmock.h>

#include "tests/unit/controller/local/rig.hpp"

namespace stackseal::local {
namespace {

using namespace tests;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> lines(const Manifest& manifest) {
    std::vector<std::string> out;
    for (const FileProblem& problem : manifest.problems) out.push_back(to_string(problem));
    return out;
}

std::vector<std::string> names(const Manifest& manifest) {
    std::vector<std::string> out;
    for (const ManifestObject& object : manifest.objects)
        out.push_back(place_of(object) + " " + core::to_string(object.ref));
    return out;
}

TEST(Manifest, ReadsAllKinds) {
    const Manifest manifest = read_manifest("m.yaml", R"(# a comment first
apiVersion: v1
kind: Namespace
metadata:
  name: openstack
  labels: {tier: control}
---
apiVersion: stackseal.io/v1alpha1
kind: Issuer
metadata: {name: ca, namespace: openstack}
spec:
  ca: {secretName: ca-pair}
---
apiVersion: v1
kind: Secret
metadata: {name: ca-pair, namespace: openstack}
type: kubernetes.io/tls
stringData: {tls.crt: CRT, tls.key: KEY}
---
)" + certificate_yaml("keystone"));
    EXPECT_THAT(lines(manifest), IsEmpty());
    EXPECT_THAT(names(manifest),
                ElementsAre("m.yaml:2 Namespace openstack", "m.yaml:8 Issuer openstack/ca",
                            "m.yaml:14 Secret openstack/ca-pair",
                            "m.yaml:20 Certificate default/keystone"));
    const auto& secret = std::get<api::Snapshot<api::Secret>>(manifest.objects[2].body);
    EXPECT_EQ(text_of(*secret, "tls.key"), "KEY");
    const auto& space = std::get<api::Snapshot<api::Namespace>>(manifest.objects[0].body);
    EXPECT_EQ(space->meta.labels.at("tier"), "control");
    const auto& certificate = std::get<api::Snapshot<api::Certificate>>(manifest.objects[3].body);
    EXPECT_EQ(certificate->spec.secret_name, "keystone-tls");
    EXPECT_EQ(certificate->meta.space, "default");
}

TEST(Manifest, ReadsJson) {
    const Manifest manifest = read_manifest("m.json", R"({"apiVersion": "stackseal.io/v1alpha1",
        "kind": "Certificate", "metadata": {"name": "a"},
        "spec": {"secretName": "a-tls", "issuerRef": {"name": "ca"}, "dnsNames": ["a.example"]}})");
    EXPECT_THAT(lines(manifest), IsEmpty());
    ASSERT_EQ(manifest.objects.size(), 1U);
}

TEST(Manifest, NothingIsNoProblem) {
    for (const char* text : {"", "\n", "# only a comment\n", "---\n---\n"}) {
        const Manifest manifest = read_manifest("m.yaml", text);
        EXPECT_THAT(lines(manifest), IsEmpty()) << text;
        EXPECT_TRUE(manifest.objects.empty());
    }
}

TEST(Manifest, RefusalsNameFileLineFieldValueAndRemedy) {
    const struct {
        const char* text;
        std::vector<testing::Matcher<std::string>> expected;
    } cases[] = {
        {"a: 1\na: 2\n",
         {AllOf(testing::StartsWith("m.yaml:2: "), HasSubstr("column 1: the key \"a\""))}},
        {"kind: [\n", {testing::StartsWith("m.yaml:")}},
        {"\tkind: x\n", {testing::StartsWith("m.yaml:1")}},
        {"- a\n- b\n", {AllOf(testing::StartsWith("m.yaml:1: must be an object"))}},
        {"metadata: {name: a}\n",
         {HasSubstr("m.yaml:1: /kind: is missing or no text; known here")}},
        {"apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\n",
         {AllOf(HasSubstr("m.yaml:1: /kind: \"Deployment\" is not known"),
                HasSubstr("Certificate and Issuer (stackseal.io/v1alpha1)"))}},
        {"apiVersion: cert-manager.io/v1\nkind: Certificate\nmetadata: {name: a}\n",
         {HasSubstr("m.yaml:1: /apiVersion: must be \"stackseal.io/v1alpha1\" for kind "
                    "Certificate, got \"cert-manager.io/v1\"")}},
        {"apiVersion: v1\nkind: Namespace\nmetadata: {name: Openstack}\n",
         {AllOf(HasSubstr("m.yaml:3: /metadata/name: "), HasSubstr("\"Openstack\""))}},
        {"apiVersion: v1\nkind: Namespace\nmetadata:\n  namespace: x\n  name: a\n",
         {HasSubstr("m.yaml:4: /metadata/namespace: \"x\" does not belong here; remove it")}},
        {"apiVersion: v1\nkind: Secret\nmetadata:\n  name: a\n  namespace: ../x\n",
         {AllOf(HasSubstr("m.yaml:5: /metadata/namespace: "), HasSubstr("../x"))}},
        {"apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ndata:\n  k: '%%%'\n",
         {HasSubstr("m.yaml:5: /data/k: ")}},
    };
    for (const auto& [text, expected] : cases) {
        const Manifest manifest = read_manifest("m.yaml", text);
        EXPECT_THAT(lines(manifest), testing::ElementsAreArray(expected)) << text;
        EXPECT_THAT(manifest.objects, IsEmpty()) << text;
    }
}

TEST(Manifest, AllProblemsOfADocumentAtOnceAndOtherDocumentsGoOn) {
    const Manifest manifest = read_manifest("m.yaml", certificate_yaml("good") + R"(---
apiVersion: stackseal.io/v1alpha1
kind: Certificate
metadata:
  name: bad
spec:
  secretName: 12
  issuerRef: {name: ca}
  dnsNames: a.example
  isCa: true
---
)" + certificate_yaml("fine"));
    EXPECT_THAT(names(manifest), ElementsAre("m.yaml:1 Certificate default/good",
                                             "m.yaml:21 Certificate default/fine"));
    EXPECT_THAT(lines(manifest),
                testing::UnorderedElementsAre(HasSubstr("m.yaml:16: /spec/secretName: "),
                                              HasSubstr("m.yaml:18: /spec/dnsNames: "),
                                              HasSubstr("m.yaml:19: /spec/isCa: ")));
}

TEST(Manifest, AMissingRequiredFieldNamesItself) {
    const Manifest manifest = read_manifest(
        "m.yaml", "apiVersion: stackseal.io/v1alpha1\nkind: Certificate\nmetadata: {name: a}\n");
    EXPECT_THAT(lines(manifest), testing::Contains(HasSubstr("/spec")));
    for (const std::string& line : lines(manifest))
        EXPECT_THAT(line, testing::StartsWith("m.yaml:1: ")) << line;
}

TEST(Manifest, ANameTooLongForAFileIsRefused) {
    std::string name = std::string(60, 'a');
    for (int i = 0; i < 3; ++i) name += "." + std::string(59, 'a');
    ASSERT_EQ(name.size(), 240U);
    EXPECT_THAT(lines(read_manifest("m.yaml", certificate_yaml(name))),
                testing::Each(testing::Not(HasSubstr("/metadata/name"))));
    EXPECT_THAT(lines(read_manifest("m.yaml", certificate_yaml(name + "b"))),
                testing::Contains(HasSubstr("m.yaml:4: /metadata/name: must be at most 240 "
                                            "characters, got 241")));
}

TEST(Manifest, OverTheLimitIsRefused) {
    const Manifest manifest = read_manifest("m.yaml", std::string((1 << 20) + 1, '#'));
    EXPECT_EQ(manifest.problems.size(), 1U);
}

TEST(Manifest, NoProblemHoldsASecretsBytes) {
    for (const char* text :
         {"apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ndata: {k: '%confidential%'}\n",
          "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData: {k: [confidential]}\n"})
        for (const std::string& line : lines(read_manifest("m.yaml", text)))
            EXPECT_THAT(line, testing::Not(HasSubstr("confidential")));
}

TEST(FileProblem, LeavesOutWhatIsUnknown) {
    EXPECT_EQ(to_string({"m.yaml", 7, "/spec", "text"}), "m.yaml:7: /spec: text");
    EXPECT_EQ(to_string({"m.yaml", 0, "", "text"}), "m.yaml: text");
    EXPECT_EQ(to_string({"", 0, "", "text"}), "text");
}

}  // namespace
}  // namespace stackseal::local
