// SPDX-License-Identifier: Apache-2.0
// JSON out: compact, pretty, and always readable.
#include <gtest/gtest.h>

#include <limits>

#include "controller/text/json.hpp"
#include "tests/unit/controller/text/documents.hpp"

namespace stackseal::text {
namespace {

using core::Value;
using std::string_literals::operator""s;

TEST(JsonWriter, WritesEveryKindOfValueCompactly) {
    const Value doc = object({{"z", {}},
                              {"b", Value::of(true)},
                              {"n", number(INT64_MIN)},
                              {"t", text("x")},
                              {"l", array({number(1), array(), object()})}});
    EXPECT_EQ(to_json(doc),
              R"({"z":null,"b":true,"n":-9223372036854775808,"t":"x","l":[1,[],{}]})");
}

TEST(JsonWriter, WritesForPeopleWithIndents) {
    const Value doc =
        object({{"a", array({number(1), object({{"b", text("x")}})})}, {"c", object()}});
    EXPECT_EQ(to_pretty_json(doc),
              "{\n  \"a\": [\n    1,\n    {\n      \"b\": \"x\"\n    }\n  ],\n  \"c\": {}\n}");
}

TEST(JsonWriter, EscapesWhatJsonMust) {
    EXPECT_EQ(to_json(text("\"\\/\b\f\n\r\t\x01\x1f\x7f\0é😀"s)),
              R"("\"\\/\b\f\n\r\t\u0001\u001f\u007f\u0000é😀")");
    EXPECT_EQ(to_json(object({{"a\"b", number(1)}})), R"({"a\"b":1})");
}

TEST(JsonWriter, ReplacesWhatIsNoUtf8) {
    EXPECT_EQ(to_json(text("a\xff"
                           "b\xc3")),
              "\"a\xEF\xBF\xBD"
              "b\xEF\xBF\xBD\"");
}

TEST(JsonWriter, NumbersKeepTheirKind) {
    EXPECT_EQ(to_json(fraction(5.0)), "5.0");
    EXPECT_EQ(to_json(fraction(-0.0)), "-0.0");
    EXPECT_EQ(to_json(fraction(0.1)), "0.1");
    EXPECT_EQ(to_json(fraction(1e300)), "1e+300");
    EXPECT_EQ(to_json(fraction(std::numeric_limits<double>::infinity())), "null");
    EXPECT_EQ(to_json(fraction(std::numeric_limits<double>::quiet_NaN())), "null");
}

}  // namespace
}  // namespace stackseal::text
