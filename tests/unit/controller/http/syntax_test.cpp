// SPDX-License-Identifier: Apache-2.0
// What is refused before the library sees it.
#include "controller/http/syntax.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace stackseal::http {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Origin, IsReadFromAUrl) {
    const auto origin = parse_origin("https://API.example.org:6443/");
    ASSERT_TRUE(origin);
    EXPECT_EQ(origin->host, "api.example.org");
    EXPECT_EQ(origin->port, 6443);
    EXPECT_EQ(origin->url(), "https://api.example.org:6443");
    EXPECT_EQ(parse_origin("https://10.0.0.1")->port, 443);
    EXPECT_EQ(parse_origin("http://127.0.0.1")->port, 80);
    EXPECT_TRUE(parse_origin("http://localhost:8080"));
}

TEST(Origin, RefusesWhatIsNone) {
    for (const char* url :
         {"", "example.org", "ftp://example.org", "https://", "https://:443", "https://a b",
          "https://example.org/path", "https://example.org?query", "https://example.org#part",
          "https://user:secret@example.org", "https://[::1]:6443", "https://example.org:0",
          "https://example.org:65536", "https://example.org:", "https://example.org:44x",
          "http://example.org", "http://10.0.0.1", "http://127.evil.example"}) {
        const auto origin = parse_origin(url);
        ASSERT_FALSE(origin) << url;
        EXPECT_EQ(origin.error().code, core::Code::kInvalid) << url;
        EXPECT_THAT(origin.error().message, Not(HasSubstr("secret")));
    }
}

TEST(Ipv4, IsToldFromNames) {
    EXPECT_TRUE(is_ipv4("10.1.2.3"));
    EXPECT_FALSE(is_ipv4("10.1.2"));
    EXPECT_FALSE(is_ipv4("localhost"));
}

TEST(Request, IsTakenAsItIs) {
    EXPECT_TRUE(check_request("PATCH", "/api/v1/x?fieldSelector=a%3Db&limit=5",
                              {{"Accept", "application/json;q=0.9, */*"}, {"X-Tab", "a\tb"}}));
    EXPECT_TRUE(check_request("HEAD", "/", {}));
}

TEST(Request, RefusesTargets) {
    for (const char* target : {"", "x", "//evil.example/x", "/a b", "/a\nb", "/a\r\nX: y", "/\x7f",
                               "/\xc3\xa4", "/a#b", "https://example.org/"}) {
        const auto checked = check_request("GET", target, {});
        ASSERT_FALSE(checked) << target;
        EXPECT_EQ(checked.error().code, core::Code::kInvalid) << target;
    }
}

TEST(Request, RefusesMethods) {
    for (const char* method : {"", "get", "CONNECT", "GET /x HTTP/1.1\r\n"})
        EXPECT_FALSE(check_request(method, "/", {})) << method;
}

TEST(Request, RefusesHeaders) {
    const std::string with_nul("v\0w", 3);
    const ports::Headers bad{{"X", "v\r\nEvil: 1"}, {"X", "v\n"},  {"X", "\r"},
                             {"X", with_nul},       {"X", "\x7f"}, {"", "v"},
                             {"X Y", "v"},          {"X:", "v"},   {"X\r\nY", "v"}};
    for (const auto& header : bad) {
        const auto checked = check_request("GET", "/", {header});
        ASSERT_FALSE(checked) << header.first << "=" << header.second;
        EXPECT_EQ(checked.error().code, core::Code::kInvalid);
    }
}

TEST(Request, KeepsItsOwnHeadersToItself) {
    for (const char* name : {"Host", "content-length", "Transfer-Encoding", "CONNECTION"})
        EXPECT_FALSE(check_request("GET", "/", {{name, "x"}})) << name;
}

TEST(Request, NeverShowsAHeadersValue) {
    const auto checked = check_request("GET", "/", {{"Authorization", "Bearer s3cret\n"}});
    ASSERT_FALSE(checked);
    EXPECT_THAT(checked.error().message, HasSubstr("Authorization"));
    EXPECT_THAT(checked.error().message, Not(HasSubstr("s3cret")));
}

}  // namespace
}  // namespace stackseal::http
