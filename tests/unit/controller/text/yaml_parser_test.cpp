// SPDX-License-Identifier: Apache-2.0
// YAML in: values with their lines, and everything that is refused rather than guessed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "controller/text/json.hpp"
#include "controller/text/yaml.hpp"
#include "tests/unit/controller/text/documents.hpp"

namespace stackseal::text {
namespace {

using core::Value;
using testing::HasSubstr;
using testing::Not;
using std::string_literals::operator""s;

std::vector<Value> documents(std::string_view yaml) {
    auto all = parse_yaml(yaml);
    if (!all) ADD_FAILURE() << all.error().message;
    return all ? *std::move(all) : std::vector<Value>{};
}

Value document(std::string_view yaml) {
    auto all = documents(yaml);
    EXPECT_EQ(all.size(), 1U);
    return all.empty() ? Value{} : all.front();
}

std::string refusal(std::string_view yaml) {
    const auto all = parse_yaml(yaml);
    if (!all) {
        EXPECT_EQ(all.error().code, core::Code::kInvalid);
        return all.error().message;
    }
    return "accepted: " + (all->empty() ? "nothing" : to_json(all->front()));
}

TEST(YamlParser, ReadsBlockAndFlowStyle) {
    EXPECT_EQ(
        document("a:\n  b: [1, two, {c: 3}]\nd:\n- x\n- e: f\n  g: h\n"),
        object({{"a", object({{"b", array({number(1), text("two"), object({{"c", number(3)}})})}})},
                {"d", array({text("x"), object({{"e", text("f")}, {"g", text("h")}})})}}));
}

TEST(YamlParser, QuotedScalarsAreText) {
    EXPECT_EQ(document("[true, 'true', \"1\", '', \"null\", ~, 1, !!str 1, ! 2]"),
              array({Value::of(true),
                     text("true"),
                     text("1"),
                     text(""),
                     text("null"),
                     {},
                     number(1),
                     text("1"),
                     text("2")}));
}

TEST(YamlParser, ReadsBlockScalars) {
    EXPECT_EQ(document("a: |\n  one\n  two\nb: >-\n  three\n  four\n"),
              object({{"a", text("one\ntwo\n")}, {"b", text("three four")}}));
}

TEST(YamlParser, EmptyValuesAreNull) {
    EXPECT_EQ(document("a:\nb: ~\nc: null\n"), object({{"a", {}}, {"b", {}}, {"c", {}}}));
}

TEST(YamlParser, ReadsAStreamAndLeavesOutEmptyDocuments) {
    const auto all = documents("---\n# nothing\n---\na: 1\n---\n---\nb: 2\n...\n---\nnull\n");
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[0], object({{"a", number(1)}}));
    EXPECT_EQ(all[1], object({{"b", number(2)}}));
    EXPECT_TRUE(documents("").empty());
    EXPECT_TRUE(documents("# only a comment\n").empty());
}

TEST(YamlParser, JsonIsYaml) {
    EXPECT_EQ(
        document(R"({"a": [1, "x", {"b": null}], "c": "\u00e9"})"),
        object({{"a", array({number(1), text("x"), object({{"b", {}}})})}, {"c", text("é")}}));
}

TEST(YamlParser, AByteOrderMarkAndCarriageReturnsAreFine) {
    EXPECT_EQ(document("\xEF\xBB\xBF"
                       "a: 1\r\nb: x\r\n"),
              object({{"a", number(1)}, {"b", text("x")}}));
}

TEST(YamlParser, EveryNodeKnowsItsLine) {
    const Value doc = document("# comment\na: 1\nb:\n  c: x\n  d:\n  - y\n  - z: 7\ne: [1,\n 2]\n");
    EXPECT_EQ(doc.line, 2);
    EXPECT_EQ(doc.find("a")->line, 2);
    EXPECT_EQ(doc.find("b")->line, 3) << "a value is where its key is";
    EXPECT_EQ(doc.find_path({"b", "c"})->line, 4);
    EXPECT_EQ(doc.find_path({"b", "d"})->items()->at(0).line, 6);
    EXPECT_EQ(doc.find_path({"b", "d"})->items()->at(1).find("z")->line, 7);
    EXPECT_EQ(doc.find("e")->items()->at(1).line, 9);
    EXPECT_EQ(documents("a: 1\n---\nb: 2\n").at(1).find("b")->line, 3);
}

struct Refused {
    std::string yaml, reason;
};

class YamlRefused : public testing::TestWithParam<Refused> {};

TEST_P(YamlRefused, SaysWhereAndWhy) {
    EXPECT_EQ(refusal(GetParam().yaml), "not readable as YAML: " + GetParam().reason);
}

INSTANTIATE_TEST_SUITE_P(
    Table, YamlRefused,
    testing::Values(
        Refused{"a: 1\nb: 2\na: 3\n", "line 3, column 1: the key \"a\" stands twice; keep one"},
        Refused{"a: {b: 1, \"b\": 2}", "line 1, column 11: the key \"b\" stands twice; keep one"},
        Refused{"a: &x 1\n", "line 1, column 4: anchors are not read; write the value out"},
        Refused{"a: &x\n  b: 1\n", "line 1, column 4: anchors are not read; write the value out"},
        Refused{"- &x [1]\n- *x\n", "line 1, column 3: anchors are not read; write the value out"},
        Refused{"a: !secret x\n",
                "line 1, column 4: the tag \"!secret\" is not read; leave it out"},
        Refused{"a: !!binary aGk=\n",
                "line 1, column 4: the tag \"tag:yaml.org,2002:binary\" is not read; leave it out"},
        Refused{"a: !!int 1\n",
                "line 1, column 4: the tag \"tag:yaml.org,2002:int\" is not read; leave it out"},
        Refused{"!x {a: 1}", "line 1, column 1: the tag \"!x\" is not read; leave it out"},
        Refused{"!x [a]", "line 1, column 1: the tag \"!x\" is not read; leave it out"},
        Refused{"1: a\n", "line 1, column 1: a key that is not text; quote it"},
        Refused{"true: a\n", "line 1, column 1: a key that is not text; quote it"},
        Refused{"~: a\n", "line 1, column 1: a key that is not text; quote it"},
        Refused{"? [a]\n: b\n", "line 1, column 3: a key that is not text; quote it"},
        Refused{"? {a: 1}\n: b\n", "line 1, column 3: a key that is not text; quote it"},
        Refused{"<<: {a: 1}\n", "line 1, column 1: merge keys are not read; write them out"},
        Refused{"a: .inf\n",
                "line 1, column 4: a number that is not finite; quote it if it is text"},
        Refused{"a: 1e999\n",
                "line 1, column 4: a number that is not finite; quote it if it is text"},
        Refused{"a: b\0\n"s, "line 1, column 5: a control character"},
        Refused{"a: 1\nb: \x04\nc: 3\n", "line 2, column 4: a control character"},
        Refused{"a: \x1b[31m\n", "line 1, column 4: a control character"},
        Refused{"a: 1\nb: \xff\n", "line 2, column 4: not UTF-8"},
        Refused{"a: \xc0\xaf\n", "line 1, column 4: not UTF-8"},
        Refused{"\xff\xfe"
                "a\0"s,
                "line 1, column 1: not UTF-8"}));

class YamlMalformed : public testing::TestWithParam<std::string> {};

TEST_P(YamlMalformed, IsInvalidWithALine) {
    EXPECT_THAT(refusal(GetParam()), HasSubstr("not readable as YAML: line "));
}

INSTANTIATE_TEST_SUITE_P(Table, YamlMalformed,
                         testing::Values("a: [1, 2\n", "a: {b: 1\n", "a: \"x\n", "a: 'x\n", "]",
                                         "}", "a: b: c\n", "a:\n\tb: 1\n", "a: \"\\q\"\n",
                                         "a: @x\n", "a: `x`\n", "a: %x\n", "a\nb: 1\n",
                                         "a: 1\n b: 2\n", "a: *unknown\n", "- a\nb: 1\n",
                                         "a: 1\n- b\n", "a: [1]]\n", "%YAML 3.0\n---\na: 1\n",
                                         "a: \"\\ud800\"\n", "&a", "*"));

TEST(YamlParser, ABillionLaughsAreRefusedAtTheFirst) {
    std::string bomb = "a: &a [lol, lol, lol]\n";
    for (char level = 'b'; level < 'k'; ++level) {
        const std::string below(1, static_cast<char>(level - 1));
        bomb += std::string(1, level) + ": &" + level + " [*" + below + ", *" + below + "]\n";
    }
    EXPECT_EQ(refusal(bomb),
              "not readable as YAML: line 1, column 4: anchors are not read; write the value out");
}

TEST(YamlParser, DepthIsBounded) {
    const auto nested = [](std::size_t depth) {
        return repeated("[", depth) + repeated("]", depth);
    };
    EXPECT_TRUE(parse_yaml(nested(64)));
    EXPECT_THAT(refusal(nested(65)), HasSubstr("nested deeper than 64 levels"));
    EXPECT_FALSE(parse_yaml(repeated("[", 100000)));
    EXPECT_FALSE(parse_yaml(repeated("{a: ", 100000)));
    EXPECT_THAT(refusal(repeated("- ", 10000)), HasSubstr("nested deeper"));
    std::string block;
    for (std::size_t i = 0; i < 400; ++i) block += std::string(i, ' ') + "a:\n";
    EXPECT_THAT(refusal(block), HasSubstr("nested deeper"));
}

TEST(YamlParser, WhatFollowsADocumentMustBeAnother) {
    EXPECT_EQ(
        refusal("- a\nb: 1\n"),
        "not readable as YAML: line 2, column 1: does not belong to what stands above; begin a "
        "document with ---");
    EXPECT_THAT(refusal("---\na: 1\n---\n- b\nc: 1\n"), HasSubstr("line 5, column 1"));
    EXPECT_THAT(refusal("a: 1\n...\nb: 1\n"), HasSubstr("line 3, column 1"));
    EXPECT_EQ(documents("a: 1\n...\n---\nb: 1\n...\n").size(), 2U);
    EXPECT_EQ(documents("a: 1\n--- {b: 1}\n").size(), 2U);
}

TEST(YamlParser, AFileThatWasCutInsideAQuoteIsRefused) {
    EXPECT_THAT(refusal("a: \"x\n"), HasSubstr("illegal document indicator in scalar"));
    EXPECT_THAT(refusal("a: 'x"), HasSubstr("illegal document indicator in scalar"));
    EXPECT_EQ(document("a: x"), object({{"a", text("x")}}));
}

TEST(YamlParser, TheEndOfABlockIsKeptAsWritten) {
    EXPECT_EQ(document("a: |\n  x\n\n"), object({{"a", text("x\n")}}));
    EXPECT_EQ(document("a: |+\n  x\n\n"), object({{"a", text("x\n\n")}}));
    EXPECT_EQ(document("a: |-\n  x\n\n"), object({{"a", text("x")}}));
}

TEST(YamlParser, SizeIsBounded) {
    const std::string most = "a: \"" + std::string((1U << 20U) - 6, 'x') + "\"\n";
    EXPECT_EQ(most.size(), (1U << 20U) + 0U);
    EXPECT_TRUE(parse_yaml(most));
    EXPECT_EQ(refusal(most + "\n"),
              "not readable as YAML: 1048577 bytes are over the limit of 1048576");
}

TEST(YamlParser, TheNumberOfDocumentsIsBounded) {
    EXPECT_THAT(refusal(repeated("---\n", 20000)), HasSubstr("over 10000 documents"));
}

TEST(YamlParser, NeverQuotesValues) {
    EXPECT_THAT(refusal("tls.key: \"hunter2\ntls.crt: x\n"), Not(HasSubstr("hunter2")));
    EXPECT_THAT(refusal("tls.key: hunter2: x\n"), Not(HasSubstr("hunter2")));
}

}  // namespace
}  // namespace stackseal::text
