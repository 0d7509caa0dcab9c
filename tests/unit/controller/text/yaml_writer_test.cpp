// SPDX-License-Identifier: Apache-2.0
// YAML out: the layout that kubectl writes, and quotes wherever another reader could err.
#include <gtest/gtest.h>

#include "controller/text/yaml.hpp"
#include "tests/unit/controller/text/documents.hpp"

namespace stackseal::text {
namespace {

using core::Value;

TEST(YamlWriter, WritesBlockStyleAsKubectlDoes) {
    const Value doc =
        object({{"apiVersion", text("stackseal.io/v1alpha1")},
                {"metadata", object({{"name", text("keystone")}, {"labels", object()}})},
                {"spec",
                 object({{"dnsNames", array({text("keystone.example.com"), text("*.example.com")})},
                         {"rules", array({object({{"a", number(1)}, {"b", array({text("x")})}}),
                                          array({number(1), array()})})},
                         {"isCA", Value::of(false)},
                         {"none", {}}})}});
    EXPECT_EQ(to_yaml(doc),
              "apiVersion: stackseal.io/v1alpha1\n"
              "metadata:\n"
              "  name: keystone\n"
              "  labels: {}\n"
              "spec:\n"
              "  dnsNames:\n"
              "  - keystone.example.com\n"
              "  - \"*.example.com\"\n"
              "  rules:\n"
              "  - a: 1\n"
              "    b:\n"
              "    - x\n"
              "  -\n"
              "    - 1\n"
              "    - []\n"
              "  isCA: false\n"
              "  none: null\n");
}

TEST(YamlWriter, WritesSeveralLinesAsABlock) {
    EXPECT_EQ(to_yaml(object({{"ca.crt", text("-----BEGIN\nMIIB\n-----END\n")}})),
              "ca.crt: |\n  -----BEGIN\n  MIIB\n  -----END\n");
    EXPECT_EQ(to_yaml(object({{"a", object({{"b", text("x\ny")}})}, {"c", number(1)}})),
              "a:\n  b: |-\n    x\n    y\nc: 1\n");
}

TEST(YamlWriter, WritesAScalarAlone) {
    EXPECT_EQ(to_yaml(text("x")), "x\n");
    EXPECT_EQ(to_yaml(array()), "[]\n");
    EXPECT_EQ(to_yaml({}), "null\n");
}

class Quoted : public testing::TestWithParam<std::string> {};

TEST_P(Quoted, BecauseSomeReaderWouldTakeItForSomethingElse) {
    const std::string yaml = to_yaml(text(GetParam()));
    EXPECT_EQ(yaml.front(), '"') << yaml;
    EXPECT_EQ(parse_yaml(yaml)->front(), text(GetParam()));
}

INSTANTIATE_TEST_SUITE_P(Table, Quoted,
                         testing::Values("", " ", "true", "False", "null", "~", "yes", "No", "ON",
                                         "off", "y", "N", "1", "-1", "+1", "010", "0x1F", "0o17",
                                         "1.5", ".5", "1e3", "1_000", "12:30:45", "2026-11-24",
                                         "2026-11-24T03:40:00Z", "10.0.0.1", ".inf", ".nan", "a: b",
                                         "a #b", "a:", "a ", " a", "- a", "-", "?", "*a", "&a",
                                         "!a", "|", ">", "%a", "@a", "`a", "'a'", "\"a\"", "{a}",
                                         "[a]", "a, [b", "#a", "a\tb", "\n", "a\n\nb", " a\nb",
                                         "\na", "a\r\nb", "é", "---", "...", "=", "<<"));

class Plain : public testing::TestWithParam<std::string> {};

TEST_P(Plain, BecauseEveryReaderTakesItForText) {
    EXPECT_EQ(to_yaml(text(GetParam())), GetParam() + "\n");
}

INSTANTIATE_TEST_SUITE_P(Table, Plain,
                         testing::Values("a", "keystone.example.com", "server auth", "2160h",
                                         "xn--kln-sna.example.com", "stackseal.io/v1alpha1",
                                         "http://x", "ops@example.com", "/path", "_a", "a-b_c",
                                         "yesterday", "1h30m", "Ready (since noon)"));

}  // namespace
}  // namespace stackseal::text
