// SPDX-License-Identifier: Apache-2.0
// What a person may write after `stackseal inspect`.
#include "app/inspect_target.hpp"

#include <gmock/gmock.h>

namespace stackseal::app {

namespace {

using core::Code;
using ::testing::HasSubstr;

TEST(ReadTarget, WhatExistsIsAPathWhateverItLooksLike) {
    for (const char* text : {"tls.crt", "openstack/keystone", "host:443", "./x", "/etc/a:b"})
        EXPECT_EQ(*read_target(text, true), InspectTarget(PathTarget{text})) << text;
}

TEST(ReadTarget, ReadsANameOfASecret) {
    const auto target = read_target("openstack/keystone.internal-tls", false);
    ASSERT_TRUE(target) << target.error().message;
    EXPECT_EQ(*target, InspectTarget(core::Ref{core::Resource::kSecret, "openstack",
                                               "keystone.internal-tls"}));
}

TEST(ReadTarget, ReadsAnEndpoint) {
    const auto target = read_target("[::1]:5000", false);
    ASSERT_TRUE(target) << target.error().message;
    EXPECT_EQ(*target, InspectTarget(probe::Endpoint{.host = "::1", .port = 5000}));
}

struct Refusal {
    const char* text;
    Code code;
    const char* message;
};

class RefuseTarget : public ::testing::TestWithParam<Refusal> {};

TEST_P(RefuseTarget, SaysWhy) {
    const auto target = read_target(GetParam().text, false);
    ASSERT_FALSE(target);
    EXPECT_EQ(target.error().code, GetParam().code);
    EXPECT_THAT(target.error().message, HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    Forms, RefuseTarget,
    ::testing::Values(
        Refusal{"keystone", Code::kInvalid, "could be a Secret or a host; write the path"},
        Refusal{"", Code::kInvalid, "could be a Secret or a host"},
        Refusal{"https://keystone:5000/v3", Code::kInvalid, "is a URL; leave the scheme"},
        Refusal{"./tls.crt", Code::kNotFound, "./tls.crt: no such file or folder"},
        Refusal{"/etc/tls.crt", Code::kNotFound, "no such file or folder"},
        Refusal{"../x", Code::kNotFound, "no such file or folder"},
        Refusal{"~/x", Code::kNotFound, "no such file or folder"},
        Refusal{"a/b/c", Code::kNotFound, "no such file or folder"},
        Refusal{"folder/", Code::kNotFound, "no such file or folder"},
        Refusal{"Openstack/keystone", Code::kInvalid, "no Secret: the namespace"},
        Refusal{"openstack/Keystone", Code::kInvalid, "no Secret: the name"},
        Refusal{"open.stack/keystone", Code::kInvalid, "no Secret: the namespace"},
        Refusal{"keystone:99999", Code::kInvalid, "the port \"99999\""},
        Refusal{"openstack/keystone:443", Code::kInvalid, "\"openstack/keystone\" is no host"}));

}  // namespace

}  // namespace stackseal::app
