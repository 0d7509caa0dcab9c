// SPDX-License-Identifier: Apache-2.0
// JSON in: values, refusals with their reasons, limits, and what Kubernetes adds.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "controller/text/json.hpp"
#include "tests/unit/controller/text/documents.hpp"

namespace stackseal::text {
namespace {

using core::Value;
using testing::HasSubstr;
using testing::Not;
using std::string_literals::operator""s;

Value parsed(std::string_view json) {
    const auto value = parse_json(json);
    if (!value) ADD_FAILURE() << value.error().message;
    return value ? *value : Value{};
}

std::string refusal(std::string_view json, const Limits& limits = {}) {
    const auto value = parse_json(json, limits);
    if (value) return "accepted: " + to_json(*value);
    EXPECT_EQ(value.error().code, core::Code::kInvalid);
    return value.error().message;
}

TEST(JsonParser, ReadsEveryKindOfValue) {
    EXPECT_EQ(parsed(R"({"a":null,"b":true,"c":false,"d":-7,"e":1.5,"f":"x","g":[],"h":{}})"),
              object({{"a", {}},
                      {"b", Value::of(true)},
                      {"c", Value::of(false)},
                      {"d", number(-7)},
                      {"e", fraction(1.5)},
                      {"f", text("x")},
                      {"g", array()},
                      {"h", object()}}));
}

TEST(JsonParser, ReadsAValueAlone) {
    EXPECT_EQ(parsed("7"), number(7));
    EXPECT_EQ(parsed(" \"x\" "), text("x"));
    EXPECT_EQ(parsed("null"), Value{});
}

TEST(JsonParser, KeepsTheOrderOfKeysAndNesting) {
    const Value value = parsed(R"({"z":1,"a":[{"y":2,"b":[3,[4]]},5]})");
    EXPECT_EQ(value.members()->front().first, "z");
    EXPECT_EQ(value, object({{"z", number(1)},
                             {"a", array({object({{"y", number(2)},
                                                  {"b", array({number(3), array({number(4)})})}}),
                                          number(5)})}}));
}

TEST(JsonParser, IntegersAreExactUpTo64Bits) {
    EXPECT_EQ(parsed("9223372036854775807"), number(INT64_MAX));
    EXPECT_EQ(parsed("-9223372036854775808"), number(INT64_MIN));
    EXPECT_EQ(parsed("9223372036854775808"), fraction(9223372036854775808.0));
    EXPECT_EQ(parsed("-9223372036854775809"), fraction(-9223372036854775808.0));
    EXPECT_EQ(parsed("123456789012345678901234567890"), fraction(123456789012345678901234567890.0));
    EXPECT_EQ(parsed("1.0"), fraction(1.0));
    EXPECT_EQ(parsed("1e2"), fraction(100.0));
}

TEST(JsonParser, DecodesEscapes) {
    EXPECT_EQ(parsed(R"("\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00\u0000")"),
              text("\"\\/\b\f\n\r\té😀\0"s));
}

class JsonRefused : public testing::TestWithParam<std::string> {};

TEST_P(JsonRefused, IsInvalid) {
    EXPECT_THAT(refusal(GetParam()), Not(HasSubstr("accepted")));
}

INSTANTIATE_TEST_SUITE_P(
    Malformed, JsonRefused,
    testing::Values("", " ", "{", "}", "[", "]", "[1,]", "{\"a\":1,}", "{\"a\"}", "{\"a\":}",
                    "{a:1}", "{'a':1}", "[1 2]", "{\"a\":1 \"b\":2}", "01", "+1", ".5", "1.", "1e",
                    "0x1", "NaN", "Infinity", "-", "tru", "True", "nul", "\"", "\"\\x\"",
                    "\"\\u12\"", "\"\\ud83d\"", "\"\\ude00\"", "\"a\nb\"", "\"a\tb\"", "1 2",
                    "{}{}", "{} x", "// c\n1", "/* c */1", "[1]//", "1e999", "-1e999", "\"\x80\"",
                    "\"\xc3\"", "\"\xc0\xaf\"", "\"\xed\xa0\x80\"", "\"\xf5\x80\x80\x80\"", "\xff",
                    "\xff\xfe[\0]\0"s, "{\"a\":1}\0"s, "{\"a\":1}\0garbage"s, "\"a\0b\""s, "\0"s));

TEST(JsonParser, SaysWhereAndWhy) {
    EXPECT_EQ(refusal("{\"a\": tru}"),
              "not readable as JSON: byte 10: syntax error while parsing value - invalid literal");
    EXPECT_EQ(refusal("[1, 2"),
              "not readable as JSON: byte 6: syntax error while parsing array - "
              "unexpected end of input; expected ']'");
    EXPECT_EQ(refusal("[1e999]"),
              "not readable as JSON: byte 6: a number beyond what a double can hold");
    EXPECT_EQ(refusal("[1]\0x"s), "not readable as JSON: byte 4: a NUL");
}

TEST(JsonParser, NeverQuotesTheInput) {
    EXPECT_THAT(refusal("{\"tls.key\": \"hunter2\n\"}"), Not(HasSubstr("hunter2")));
    EXPECT_THAT(refusal("{\"tls.key\": \"hunter2"), Not(HasSubstr("hunter2")));
    EXPECT_THAT(refusal("{\"tls.key\": hunter2}"), Not(HasSubstr("hunter2")));
    EXPECT_THAT(refusal("{\"tls.key\": \"hunter2\" \"x\"}"), Not(HasSubstr("hunter2")));
}

TEST(JsonParser, RefusesAKeyThatStandsTwice) {
    EXPECT_EQ(refusal(R"({"a":1,"b":2,"a":3})"),
              "not readable as JSON: the key \"a\" stands twice; keep one");
    EXPECT_EQ(refusal(R"({"x":[0,{"data":{"k":1,"k":1}}]})"),
              "not readable as JSON: /x/1/data: the key \"k\" stands twice; keep one");
    EXPECT_THAT(refusal(R"({"a":1,"\u0061":2})"), HasSubstr("stands twice"));
    EXPECT_EQ(parsed(R"({"a":{"a":{"a":1}},"b":{"a":1}})").members()->size(), 2U);
}

TEST(JsonParser, RefusesATwinInALargeObjectToo) {
    for (const bool twin : {false, true}) {
        std::string json = "{";
        for (int i = 0; i < 1000; ++i) json += "\"key" + std::to_string(i) + "\":1,";
        json += twin ? "\"key500\":1}" : "\"other\":1}";
        EXPECT_EQ(parse_json(json).has_value(), !twin);
    }
}

TEST(JsonParser, ManyKeysTakeNoQuadraticTime) {
    std::string json = "{";
    for (int i = 0; i < 50000; ++i) json += "\"" + std::to_string(i) + "\":0,";
    json += "\"last\":0}";
    EXPECT_EQ(parsed(json).members()->size(), 50001U);  // minutes, if each were compared with all
}

TEST(JsonParser, DepthIsBounded) {
    const auto nested = [](std::size_t depth) {
        return repeated("[", depth) + repeated("]", depth);
    };
    EXPECT_TRUE(parse_json(nested(64)));
    EXPECT_THAT(refusal(nested(65)), HasSubstr("nested deeper than 64 levels"));
    EXPECT_THAT(refusal(repeated("[", 1000000)), HasSubstr("nested deeper"));
    EXPECT_THAT(refusal(repeated("{\"a\":", 1000000)), HasSubstr("nested deeper"));
    EXPECT_THAT(refusal("[[[]]]", {.depth = 2}),
                HasSubstr("JSON: /0: nested deeper than 2 levels"));
    EXPECT_TRUE(parse_json("[[],[],{\"a\":[]}]", {.depth = 3}));
}

TEST(JsonParser, SizeIsBounded) {
    EXPECT_TRUE(parse_json("[1,2]", {.bytes = 5}));
    EXPECT_EQ(refusal("[1,2] ", {.bytes = 5}),
              "not readable as JSON: 6 bytes are over the limit of 5");
}

constexpr std::string_view kManaged =
    R"({"kind":"Secret","metadata":{"name":"a","managedFields":[{"f:data":{"f:x":[{},1,"t",null,2.5]}}],)"
    R"("labels":{"metadata":"x"}},"managedFields":[1]})";

TEST(KubernetesJson, LeavesOutManagedFieldsOfMetadataOnly) {
    const auto value = parse_kubernetes_json(kManaged);
    ASSERT_TRUE(value) << value.error().message;
    EXPECT_EQ(*value, object({{"kind", text("Secret")},
                              {"metadata", object({{"name", text("a")},
                                                   {"labels", object({{"metadata", text("x")}})}})},
                              {"managedFields", array({number(1)})}}));
    EXPECT_NE(parsed(kManaged).find_path({"metadata", "managedFields"}), nullptr);
}

TEST(KubernetesJson, LeavesThemOutInListsAndWatchEvents) {
    const auto list = parse_kubernetes_json(
        R"({"items":[{"metadata":{"managedFields":[{"a":1}],"name":"x"}},{"metadata":{"managedFields":null}}]})");
    ASSERT_TRUE(list);
    EXPECT_EQ(*list, object({{"items", array({object({{"metadata", object({{"name", text("x")}})}}),
                                              object({{"metadata", object()}})})}}));
    const auto event = parse_kubernetes_json(
        R"({"type":"ADDED","object":{"metadata":{"managedFields":"odd","uid":"u"}}})");
    ASSERT_TRUE(event);
    EXPECT_EQ(event->text_at({"object", "metadata", "uid"}), "u");
    EXPECT_EQ(event->find_path({"object", "metadata", "managedFields"}), nullptr);
}

TEST(KubernetesJson, WhatIsLeftOutMustStillBeJson) {
    EXPECT_FALSE(parse_kubernetes_json(R"({"metadata":{"managedFields":[{]}})"));
    EXPECT_TRUE(parse_kubernetes_json(R"({"metadata":{"managedFields":)" + repeated("[", 500) +
                                      repeated("]", 500) + "}}"))
        << "what is not built needs no depth";
}

}  // namespace
}  // namespace stackseal::text
