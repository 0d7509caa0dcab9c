// SPDX-License-Identifier: Apache-2.0
// Levels below and circles above, at any depth and in any order.
#include "reconcilers/issuer/hierarchy.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "controller/core/concat.hpp"
#include "tests/unit/reconcilers/issuer/scene.hpp"

namespace stackseal::issuer {
namespace {

using Issuers = std::vector<api::Snapshot<api::Issuer>>;

/// level0 signs level1 signs … of that many authorities.
Issuers chain(int length) {
    Issuers all{tests::snapshot(tests::authority("level0"))};
    for (int i = 1; i < length; ++i)
        all.push_back(tests::snapshot(
            tests::intermediate(core::concat("level", i), core::concat("level", i - 1))));
    return all;
}

Issuers with(Issuers all, api::Issuer more) {
    all.push_back(tests::snapshot(std::move(more)));
    return all;
}

TEST(Hierarchy, CountsLevelsAtAnyDepthInAnyOrder) {
    Issuers all = chain(40);
    const Issuers in_order = all;
    std::ranges::reverse(all);
    for (int i = 0; i < 40; ++i) {
        EXPECT_EQ(levels_below(*in_order[static_cast<std::size_t>(i)], all), 39 - i);
        EXPECT_FALSE(find_cycle(*in_order[static_cast<std::size_t>(i)], all));
    }
}

TEST(Hierarchy, FollowsTheDeepestBranch) {
    const Issuers all = with(with(chain(3), tests::intermediate("side", "level0")),
                             tests::intermediate("side2", "level0"));
    EXPECT_EQ(levels_below(*all[0], all), 2);
}

TEST(Hierarchy, CountsALevelForCertificatesThatMayBeCas) {
    api::Issuer last = tests::intermediate("last", "level1");
    last.spec.allow.is_ca = true;
    const Issuers all = with(chain(2), last);
    EXPECT_EQ(levels_below(*all[2], all), 1);
    EXPECT_EQ(levels_below(*all[0], all), 3);
    api::Issuer both = tests::authority("level0");
    both.spec.allow.is_ca = true;
    EXPECT_EQ(levels_below(both, chain(3)), 2) << "not one more than the deepest";
}

TEST(Hierarchy, ReadsReferencesFromTheNamespaceTheyStandIn) {
    api::Issuer there = tests::intermediate("there", "level0");
    there.meta.space = "other";
    EXPECT_EQ(signer_path(there), "other/level0");
    EXPECT_EQ(levels_below(*chain(1)[0], with(chain(1), there)), 0) << "of other's level0";
    std::get<api::Authority>(there.spec.source).signed_by->space = "openstack";
    EXPECT_EQ(signer_path(there), "openstack/level0");
    EXPECT_EQ(levels_below(*chain(1)[0], with(chain(1), there)), 1);
}

TEST(Hierarchy, KnowsNoSignerOfARootOrOfAnotherKind) {
    EXPECT_FALSE(signer_path(tests::authority()));
    api::Issuer other = tests::authority();
    other.spec.source = api::SelfSigned{};
    EXPECT_FALSE(signer_path(other));
}

TEST(Hierarchy, ShowsACircleOnceAround) {
    const Issuers all{tests::snapshot(tests::intermediate("a", "c")),
                      tests::snapshot(tests::intermediate("b", "a")),
                      tests::snapshot(tests::intermediate("c", "b"))};
    EXPECT_EQ(find_cycle(*all[0], all), "openstack/a → openstack/c → openstack/b → openstack/a");
    EXPECT_EQ(find_cycle(*all[1], all), "openstack/b → openstack/a → openstack/c → openstack/b");
    EXPECT_EQ(levels_below(*all[0], all), 3) << "ends all the same";
}

TEST(Hierarchy, ShowsTheCircleAboveOneThatIsNotInIt) {
    const Issuers all{tests::snapshot(tests::intermediate("a", "b")),
                      tests::snapshot(tests::intermediate("b", "a")),
                      tests::snapshot(tests::intermediate("below", "a"))};
    EXPECT_EQ(find_cycle(*all[2], all),
              "openstack/below → openstack/a → openstack/b → openstack/a");
}

TEST(Hierarchy, EndsWhereASignerIsAbsent) {
    const api::Issuer orphan = tests::intermediate("orphan", "nobody");
    EXPECT_FALSE(find_cycle(orphan, {tests::snapshot(orphan)}));
}

}  // namespace
}  // namespace stackseal::issuer
