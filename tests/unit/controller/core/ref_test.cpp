// SPDX-License-Identifier: Apache-2.0
// Names of objects, and how their resources are addressed.
#include "controller/core/ref.hpp"

#include <gtest/gtest.h>

#include <set>

namespace stackseal::core {
namespace {

TEST(Ref, IsShownAsPeopleSayIt) {
    EXPECT_EQ(to_string(Ref{Resource::kCertificate, "openstack", "keystone"}),
              "Certificate openstack/keystone");
    EXPECT_EQ(to_string(Ref{Resource::kNamespace, "", "openstack"}), "Namespace openstack");
}

TEST(Ref, DiffersByEachPart) {
    const Ref base{Resource::kSecret, "a", "b"};
    const std::set<Ref> all = {base,
                               {Resource::kIssuer, "a", "b"},
                               {Resource::kSecret, "b", "b"},
                               {Resource::kSecret, "a", "a"}};
    EXPECT_EQ(all.size(), 4U);
    EXPECT_EQ(std::hash<Ref>{}(base), std::hash<Ref>{}(Ref{Resource::kSecret, "a", "b"}));
    EXPECT_NE(std::hash<Ref>{}(base), std::hash<Ref>{}(Ref{Resource::kSecret, "b", "a"}));
}

TEST(ResourceTraits, CoreGroupHasNoSlash) {
    EXPECT_EQ(traits(Resource::kCertificate).api_version(), "stackseal.io/v1alpha1");
    EXPECT_EQ(traits(Resource::kSecret).api_version(), "v1");
}

}  // namespace
}  // namespace stackseal::core
