// SPDX-License-Identifier: Apache-2.0
// A missing right is called that, and asked for again; an unserved namespace is neither.
#include "reconcilers/issuance/rights.hpp"

#include <gtest/gtest.h>

#include "controller/kube/served.hpp"

namespace stackseal::tests {
namespace {

using issuance::next_look;
using issuance::unreadable;
namespace reason = core::reason;

constexpr core::Instant kNow{std::chrono::milliseconds(1'700'000'000'000)};

TEST(Rights, AreToldFromNamespacesThatAreNotServed) {
    const core::Error forbidden{core::Code::kDenied, "get Secret a/ca: secrets is forbidden"};
    ASSERT_TRUE(unreadable(forbidden));
    EXPECT_EQ(unreadable(forbidden)->reason, reason::kForbidden);
    EXPECT_EQ(unreadable(forbidden)->message, forbidden.message);
    kube::Served served;
    served.namespaces = {"a"};
    const auto refused = kube::check_served(served, core::Resource::kSecret, "b");
    ASSERT_FALSE(refused);
    ASSERT_TRUE(unreadable(refused.error()));
    EXPECT_EQ(unreadable(refused.error())->reason, reason::kNamespaceNotServed);
    EXPECT_FALSE(unreadable({core::Code::kUnavailable, "namespace b is not served"}));
}

TEST(Rights, AreAskedForAgain) {
    const core::Instant later = kNow + std::chrono::seconds(7);
    EXPECT_EQ(next_look(reason::kForbidden, std::nullopt, kNow), kNow + std::chrono::minutes(1));
    EXPECT_EQ(next_look(reason::kForbidden, later, kNow), later);
    EXPECT_EQ(next_look(reason::kNamespaceNotServed, std::nullopt, kNow), std::nullopt);
    EXPECT_EQ(next_look(reason::kReady, later, kNow), later);
}

}  // namespace
}  // namespace stackseal::tests
