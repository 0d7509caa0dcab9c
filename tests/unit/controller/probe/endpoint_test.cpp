// SPDX-License-Identifier: Apache-2.0
// HOST:PORT as people write it, right and wrong.
#include "controller/probe/endpoint.hpp"

#include <gmock/gmock.h>

namespace stackseal::probe {

namespace {

using ::testing::HasSubstr;

struct Reading {
    const char* text;
    const char* host;
    int port;
};

class ReadEndpoint : public ::testing::TestWithParam<Reading> {};

TEST_P(ReadEndpoint, ReadsAndWritesTheSame) {
    const auto endpoint = parse_endpoint(GetParam().text);
    ASSERT_TRUE(endpoint) << endpoint.error().message;
    EXPECT_EQ(endpoint->host, GetParam().host);
    EXPECT_EQ(endpoint->port, GetParam().port);
    EXPECT_EQ(to_string(*endpoint), GetParam().text);
}

INSTANTIATE_TEST_SUITE_P(Forms, ReadEndpoint,
                         ::testing::Values(Reading{"keystone.example:5000", "keystone.example",
                                                   5000},
                                           Reading{"localhost:1", "localhost", 1},
                                           Reading{"10.0.0.1:443", "10.0.0.1", 443},
                                           Reading{"[fd00::1]:65535", "fd00::1", 65535},
                                           Reading{"[fe80::1%eth0]:443", "fe80::1%eth0", 443},
                                           Reading{"my_host-2:443", "my_host-2", 443}));

struct Refusal {
    const char* text;
    const char* reason;
};

class RefuseEndpoint : public ::testing::TestWithParam<Refusal> {};

TEST_P(RefuseEndpoint, SaysWhyAndHowToWriteIt) {
    const auto endpoint = parse_endpoint(GetParam().text);
    ASSERT_FALSE(endpoint);
    EXPECT_EQ(endpoint.error().code, core::Code::kInvalid);
    EXPECT_THAT(endpoint.error().message, HasSubstr(GetParam().reason));
    EXPECT_THAT(endpoint.error().message, HasSubstr("write HOST:PORT"));
}

INSTANTIATE_TEST_SUITE_P(
    Forms, RefuseEndpoint,
    ::testing::Values(
        Refusal{"keystone", "the port is missing"}, Refusal{"", "the port is missing"},
        Refusal{":443", "\"\" is no host"}, Refusal{"a:", "the port \"\" is no number"},
        Refusal{"a:0", "the port \"0\""}, Refusal{"a:65536", "the port \"65536\""},
        Refusal{"a:44x", "the port \"44x\""}, Refusal{"a:-1", "the port \"-1\""},
        Refusal{"[fe80::1%]:443", "is no host"}, Refusal{"[fe80::1%e\n0]:443", "is no host"},
        Refusal{"[fe80::1%eth0%1]:443", "is no host"},
        Refusal{"a:4294967297", "is no number from 1 to 65535"},
        Refusal{"::1:443", "\"::1\" is no host"},
        Refusal{"[10.0.0.1]:443", "\"[10.0.0.1]\" is no host"},
        Refusal{"[]:443", "\"[]\" is no host"}, Refusal{"a b:443", "\"a b\" is no host"},
        Refusal{"-a:443", "\"-a\" is no host"},
        Refusal{"https://a:443", "\"https://a\" is no host"},
        Refusal{"user@a:443", "\"user@a\" is no host"}));

TEST(Endpoint, ANulEndsNoAddress) {
    using namespace std::string_view_literals;
    EXPECT_FALSE(parse_endpoint("[fd00::\0 1]:443"sv));
    EXPECT_FALSE(is_address("10.0.0.1\0.example"sv));
}

TEST(Endpoint, AHostOf253LettersIsTheLongest) {
    EXPECT_TRUE(parse_endpoint(std::string(253, 'a') + ":1"));
    EXPECT_FALSE(parse_endpoint(std::string(254, 'a') + ":1"));
}

TEST(Endpoint, KnowsAddressesFromNames) {
    EXPECT_TRUE(is_address("10.0.0.1"));
    EXPECT_TRUE(is_address("::1"));
    EXPECT_TRUE(is_address("fe80::1%eth0"));
    EXPECT_FALSE(is_address("10.0.0"));
    EXPECT_FALSE(is_address("10.0.0.1.example"));
    EXPECT_FALSE(is_address("localhost"));
}

TEST(Endpoint, TheServerNameIsCheckedInTheHostsPlace) {
    EXPECT_EQ(checked_name({.host = "10.0.0.1"}), "10.0.0.1");
    EXPECT_EQ(checked_name({.host = "10.0.0.1", .server_name = "a.example"}), "a.example");
}

}  // namespace

}  // namespace stackseal::probe
