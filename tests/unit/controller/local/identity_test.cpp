// SPDX-License-Identifier: Apache-2.0
// Names that may become paths, and identities that must be the same at each start.
#include <gtest/gtest.h>

#include "controller/local/identity.hpp"

namespace stackseal::local {
namespace {

using core::Ref;
using core::Resource;

TEST(Identity, ObjectNames) {
    for (const char* good : {"a", "0", "a-b", "a.b", "keystone-internal.tls.v2"})
        EXPECT_TRUE(is_object_name(good)) << good;
    for (const char* bad : {"", ".", "..", "../x", "a/b", "A", "a_b", "-a", "a-", "a..b", ".a",
                            "a.", "a\n", "ä", "a b", "..data"})
        EXPECT_FALSE(is_object_name(bad)) << bad;
    EXPECT_TRUE(is_object_name(std::string(253, 'a')));
    EXPECT_FALSE(is_object_name(std::string(254, 'a')));
    EXPECT_FALSE(is_object_name(std::string_view("a\0b", 3)));
}

TEST(Identity, NamespaceNames) {
    EXPECT_TRUE(is_namespace_name("openstack"));
    EXPECT_TRUE(is_namespace_name(std::string(63, 'a')));
    for (const std::string& bad : {std::string(), std::string("a.b"), std::string(64, 'a'),
                                   std::string("../x"), std::string("..")})
        EXPECT_FALSE(is_namespace_name(bad)) << bad;
}

TEST(Identity, SecretKeys) {
    for (const char* good : {"tls.crt", "_", ".hidden", "A-b_c.D", "a..b"})
        EXPECT_TRUE(is_secret_key(good)) << good;
    for (const char* bad : {"", ".", "..", "..data", "..x", "a/b", "a b", "a\n", "tls.crt~"})
        EXPECT_FALSE(is_secret_key(bad)) << bad;
    EXPECT_FALSE(is_secret_key(std::string(254, 'k')));
}

TEST(Identity, CheckNamesNamesTheFieldAndTheValue) {
    EXPECT_TRUE(check_names({Resource::kSecret, "openstack", "a"}));
    EXPECT_TRUE(check_names({Resource::kNamespace, "", "openstack"}));
    EXPECT_EQ(check_names({Resource::kSecret, "default", "../../etc"}).error().message,
              "metadata.name: \"../../etc\" must be lower-case letters, digits, '-' and '.'");
    EXPECT_EQ(check_names({Resource::kSecret, "..", "a"}).error().message,
              "metadata.namespace: \"..\" must be lower-case letters, digits and '-'");
    EXPECT_EQ(check_names({Resource::kNamespace, "x", "a"}).error().message,
              "metadata.namespace: \"x\" does not belong here; remove it");
}

TEST(Identity, UidDependsOnTheNameAlone) {
    const Ref ref{Resource::kCertificate, "openstack", "keystone"};
    const std::string uid = uid_of(ref);
    EXPECT_EQ(uid, uid_of(ref));
    // printf 'Certificate openstack/keystone\0' | sha256sum, with version and variant set.
    EXPECT_EQ(uid, "5b1cd494-b314-837c-8713-7e13f8b5f035");
    EXPECT_NE(uid, uid_of({Resource::kIssuer, "openstack", "keystone"}));
    EXPECT_NE(uid, uid_of({Resource::kCertificate, "openstack", "keystone2"}));
    EXPECT_NE(uid, uid_of(ref, "salt"));
}

TEST(Identity, GenerationIsPositiveAndExactInJson) {
    EXPECT_EQ(generation_of("{}"), generation_of("{}"));
    EXPECT_NE(generation_of("{}"), generation_of("{ }"));
    for (const char* text : {"", "a", "b", "c", "{\"secretName\":\"x\"}"}) {
        EXPECT_GT(generation_of(text), 0);
        EXPECT_LT(generation_of(text), std::int64_t{1} << 53);
    }
}

}  // namespace
}  // namespace stackseal::local
