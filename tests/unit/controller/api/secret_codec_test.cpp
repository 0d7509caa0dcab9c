// SPDX-License-Identifier: Apache-2.0
// Secrets in and out. No problem may ever quote a value.
#include <gtest/gtest.h>

#include "controller/core/base64.hpp"
#include "tests/unit/controller/api/manifests.hpp"

namespace stackseal::api {
namespace {

using core::SecretBytes;
using core::Value;
using std::string_literals::operator""s;

Decoded<Secret> secret(std::string_view yaml) {
    return decode<Secret>(
        document("apiVersion: v1\nkind: Secret\nmetadata: {name: x}\n" + std::string(yaml)));
}

std::string problems(std::string_view yaml) {
    return lines_of(secret(yaml).problems);
}

TEST(SecretCodec, DecodesDataAndLetsStringDataWin) {
    const auto decoded = secret(
        "type: kubernetes.io/tls\nimmutable: true\n"
        "stringData: {tls.key: plain, extra: text}\ndata: {tls.crt: aGk=, tls.key: aGk=, empty: "
        "\"\"}");
    EXPECT_EQ(lines_of(decoded.problems) + lines_of(decoded.unknown), "");
    EXPECT_EQ(decoded.value.type, "kubernetes.io/tls");
    EXPECT_TRUE(decoded.value.immutable);
    EXPECT_EQ(decoded.value.data.size(), 4U);
    EXPECT_EQ(find_data(decoded.value, "tls.crt")->reveal(), "hi");
    EXPECT_EQ(find_data(decoded.value, "tls.key")->reveal(), "plain");
    EXPECT_EQ(find_data(decoded.value, "extra")->reveal(), "text");
    EXPECT_EQ(find_data(decoded.value, "empty")->reveal(), "");
    EXPECT_EQ(find_data(decoded.value, "absent"), nullptr);
}

TEST(SecretCodec, HasTheServersDefaults) {
    const auto decoded = secret("");
    EXPECT_EQ(lines_of(decoded.problems), "");
    EXPECT_EQ(decoded.value.type, "Opaque");
    EXPECT_FALSE(decoded.value.immutable);
    EXPECT_EQ(secret("type: \"\"").value.type, "Opaque");
    EXPECT_EQ(problems("data:\nstringData: null\n"), "");
    EXPECT_EQ(find_data(secret("data: {a: }").value, "a")->size(), 0U)
        << "as the server reads null";
}

TEST(SecretCodec, ProblemsNameTheKeyAndNeverTheValue) {
    EXPECT_EQ(
        problems("data: {tls.key: hunter2!}"),
        "/data/tls.key: not base64: a letter outside A-Z a-z 0-9 + / (at offset 7) (line 4)\n");
    EXPECT_EQ(problems("data: {tls.key: hunter2}"),
              "/data/tls.key: not base64: the length is no multiple of four; pad it with = (at "
              "offset 7) (line 4)\n");
    EXPECT_EQ(problems("data: {a: 5}"), "/data/a: must be text, got a number; quote it (line 4)\n");
    EXPECT_EQ(problems("stringData: {a: [hunter2]}"),
              "/stringData/a: must be text, got a list; quote it (line 4)\n");
    EXPECT_EQ(problems("data: hunter2"), "/data: must be a mapping, got text (line 4)\n");
    EXPECT_EQ(problems("immutable: hunter2"),
              "/immutable: must be true or false, got text (line 4)\n");
}

TEST(SecretCodec, KeysMustBeFileNames) {
    for (const std::string key : {"a/b", "..", ".", "..data", "a b", "ü", "a\\u0000", ""})
        EXPECT_NE(problems("data: {\"" + key + "\": aGk=}"), "") << key;
    for (const std::string key : {"tls.key", ".hidden", "a..b", "A_b-9"})
        EXPECT_EQ(problems("data: {\"" + key + "\": aGk=}"), "") << key;
    EXPECT_NE(problems("data: {" + std::string(254, 'a') + ": aGk=}"), "");
}

TEST(SecretCodec, SizeIsBounded) {
    const std::string half = core::base64_encode(std::string(1U << 19U, 'x'));
    const auto sized = [&](std::string_view rest) {
        Value doc = document("metadata: {name: x}\n" + std::string(rest));
        Value data;
        data.set("a", Value::of(half));
        data.set("b", Value::of(half));
        doc.set("data", std::move(data));
        return lines_of(decode<Secret>(doc).problems);
    };
    EXPECT_EQ(sized(""), "");
    EXPECT_EQ(sized("stringData: {c: x}"),
              "/data: holds 1048577 bytes; a Secret holds 1048576 at most (line 1)\n");
}

TEST(SecretCodec, UnknownKeysAreFound) {
    EXPECT_EQ(lines_of(secret("stringdata: {a: b}").unknown),
              "/stringdata: is no known field; did you mean \"stringData\"? (line 4)\n");
}

TEST(SecretCodec, IsWrittenAsTheApiTakesIt) {
    Secret s;
    s.meta = {.name = "x", .space = "n", .annotations = {{"a", "b"}}};
    s.type = "kubernetes.io/tls";
    s.immutable = true;
    s.data.emplace("tls.crt", SecretBytes("hi"));
    s.data.emplace("tls.key", SecretBytes("\0\xff"s));
    s.data.emplace("zero", SecretBytes());
    EXPECT_EQ(encode_secret(s), document(R"(
apiVersion: v1
kind: Secret
metadata: {name: x, namespace: n, annotations: {a: b}}
type: kubernetes.io/tls
immutable: true
data: {tls.crt: aGk=, tls.key: AP8=, zero: ""})"));
}

TEST(SecretCodec, WhatIsWrittenReadsBack) {
    Secret s;
    s.meta.name = "x";
    s.type = "Opaque";
    for (int i = 0; i < 40; ++i)
        s.data.emplace("k" + std::to_string(i), SecretBytes(std::string(static_cast<std::size_t>(i),
                                                                        static_cast<char>(i * 7))));
    const auto back = decode<Secret>(encode_secret(s));
    EXPECT_EQ(lines_of(back.problems), "");
    EXPECT_EQ(back.value.meta, s.meta);
    ASSERT_EQ(back.value.data.size(), s.data.size());
    for (const auto& [key, bytes] : s.data) EXPECT_TRUE(find_data(back.value, key)->same(bytes));
}

TEST(SecretCodec, AnEmptySecretHasNoData) {
    Secret s;
    s.meta.name = "x";
    EXPECT_EQ(text::to_json(encode_secret(s)),
              R"({"apiVersion":"v1","kind":"Secret","metadata":{"name":"x"}})");
}

}  // namespace
}  // namespace stackseal::api
