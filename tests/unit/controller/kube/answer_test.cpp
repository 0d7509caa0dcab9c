// SPDX-License-Identifier: Apache-2.0
// Refusals and headers, read.
#include "controller/kube/answer.hpp"

#include <gmock/gmock.h>

#include "controller/kube/http_date.hpp"

namespace stackseal::kube {
namespace {

using core::Code;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kTaken =
    R"({"kind":"Status","apiVersion":"v1","status":"Failure","message":"secrets \"a\" already exists",)"
    R"("reason":"AlreadyExists","code":409})";

TEST(ErrorOf, EveryStatusHasItsCode) {
    const std::vector<std::pair<int, Code>> table = {
        {400, Code::kInvalid},     {401, Code::kDenied},      {403, Code::kDenied},
        {404, Code::kNotFound},    {405, Code::kInvalid},     {409, Code::kConflict},
        {410, Code::kConflict},    {413, Code::kInvalid},     {415, Code::kInvalid},
        {422, Code::kInvalid},     {429, Code::kThrottled},   {500, Code::kUnavailable},
        {503, Code::kUnavailable}, {504, Code::kUnavailable}, {302, Code::kUnavailable},
    };
    for (const auto& [status, code] : table)
        EXPECT_EQ(error_of(failure_of(status, {}, ""), "get x").code, code) << status;
}

TEST(ErrorOf, NamesActionMessageAndRemedy) {
    const core::Error taken = error_of(failure_of(409, {}, kTaken), "create secrets ops/a");
    EXPECT_EQ(taken.message, R"(create secrets ops/a: secrets "a" already exists)");
    const core::Error denied = error_of(failure_of(403, {}, ""), "list secrets in namespace ops");
    EXPECT_EQ(denied.message,
              "list secrets in namespace ops: the API server answered 403; grant this verb to the "
              "program's service account");
}

TEST(ErrorOf, AddsCausesThatTheMessageLacks) {
    const std::string_view body =
        R"({"kind":"Status","message":"is invalid","code":422,"details":{"causes":[)"
        R"({"field":"spec.dnsNames","message":"Too many: 101"},{"message":"and more"}]}})";
    EXPECT_EQ(error_of(failure_of(422, {}, body), "patch x").message,
              "patch x: is invalid (spec.dnsNames: Too many: 101; and more)");
}

TEST(FailureOf, BoundsRemoteTextToOneLine) {
    const std::string body = R"({"kind":"Status","message":"a\nb)" + std::string(5000, 'x') + "\"}";
    const Failure failure = failure_of(500, {}, body);
    EXPECT_THAT(failure.message, Not(HasSubstr("\n")));
    EXPECT_LE(failure.message.size(), 1003U);
}

TEST(FailureOf, TheHeaderTellsWhenAndIsCapped) {
    EXPECT_EQ(failure_of(429, {{"retry-after", "7"}}, "").retry_after, 7);
    EXPECT_EQ(failure_of(429, {{"Retry-After", "99999999"}}, "").retry_after, 3600);
    EXPECT_EQ(failure_of(429, {{"Retry-After", "soon"}}, "").retry_after, 0);
    EXPECT_EQ(failure_of(429, {{"Retry-After", "-3"}}, "").retry_after, 0);
    EXPECT_EQ(
        failure_of(500, {}, R"({"kind":"Status","code":500,"details":{"retryAfterSeconds":2}})")
            .retry_after,
        2);
}

TEST(FailureOf, ABodyThatIsNoStatusCountsByItsCodeOnly) {
    for (const std::string_view body : {"", "<html>", R"({"kind":"Secret","message":"x"})", "[1]"})
        EXPECT_EQ(failure_of(502, {}, body), (Failure{502, "", "", {}, 0})) << body;
}

TEST(IsGone, InBothForms) {
    EXPECT_TRUE(is_gone({410, "", "", {}, 0}));
    EXPECT_TRUE(is_gone({0, "Expired", "", {}, 0}));
    EXPECT_TRUE(is_gone({0, "Gone", "", {}, 0}));
    EXPECT_FALSE(is_gone({500, "InternalError", "", {}, 0}));
}

TEST(Warnings, OnlyOf299) {
    EXPECT_THAT(warnings({{"Warning", R"(299 - "unknown field \"spec.x\"")"},
                          {"warning", R"(299 - plain)"},
                          {"Warning", R"(199 - "no")"},
                          {"X", R"(299 - "no")"}}),
                ElementsAre(R"(unknown field \"spec.x\")", "299 - plain"));
}

TEST(HttpDate, ReadsTheFixedForm) {
    const auto date = parse_http_date("Tue, 24 Nov 2026 03:40:07 GMT");
    ASSERT_TRUE(date);
    EXPECT_EQ(core::format_rfc3339(*date), "2026-11-24T03:40:07Z");
    for (const std::string_view text :
         {"", "Tue, 24 Nov 2026 03:40:07 UTC", "Tuesday, 24-Nov-26 03:40:07 GMT",
          "Tue, 24 Foo 2026 03:40:07 GMT", "Tue, 34 Nov 2026 03:40:07 GMT"})
        EXPECT_FALSE(parse_http_date(text)) << text;
}

}  // namespace
}  // namespace stackseal::kube
