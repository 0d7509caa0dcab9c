// SPDX-License-Identifier: Apache-2.0
// Whom and what an issuer serves.
#include "reconcilers/issuance/allow.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/issuance_builders.hpp"

namespace stackseal::issuance {
namespace {

api::Issuer issuer_with(const std::function<void(api::Allow&)>& change) {
    api::Issuer issuer;
    issuer.meta.space = "openstack";
    issuer.meta.name = "ca";
    issuer.spec.source = api::CaSecret{"ca"};
    change(issuer.spec.allow);
    return issuer;
}

std::string refusal(
    const std::function<void(api::Allow&)>& allow,
    const std::function<void(Demand&)>& change = [](Demand&) {}) {
    Demand demand = tests::leaf_demand();
    change(demand);
    const auto halt = find_refusal(issuer_with(allow), {"openstack", {}}, demand);
    return halt ? halt->message : "";
}

TEST(Allow, OpenByDefaultInItsOwnNamespace) {
    EXPECT_EQ(refusal([](auto&) {}), "");
}

TEST(Allow, NamespacesByNameSelectorAndAll) {
    const Requester other{"other", {{"tier", "control"}}};
    const auto admitted = [&](const std::function<void(api::Allow&)>& change) {
        return admits(issuer_with(change), other);
    };
    using From = api::NamespacesFrom;
    EXPECT_FALSE(admitted([](auto&) {}));
    EXPECT_TRUE(admitted([](auto& a) { a.namespaces.from = From::kAll; }));
    EXPECT_TRUE(admitted([](auto& a) { a.namespaces = {From::kNames, {"other"}, {}}; }));
    EXPECT_FALSE(admitted([](auto& a) { a.namespaces = {From::kNames, {"third"}, {}}; }));
    EXPECT_TRUE(admitted([](auto& a) {
        a.namespaces = {From::kSelector, {}, {{"tier", "control"}}};
    }));
    EXPECT_FALSE(admitted([](auto& a) {
        a.namespaces = {From::kSelector, {}, {{"tier", "data"}}};
    }));
}

TEST(Allow, ListedNamesCloseEveryKindThatIsNotListed) {
    const auto dns = [](api::Allow& a) { a.dns_domains = {"example.com"}; };
    EXPECT_EQ(refusal(dns), "");
    EXPECT_THAT(refusal(dns, [](auto& d) { d.names.ips = {"10.0.0.1"}; }),
                ::testing::HasSubstr("ipAddresses \"10.0.0.1\""));
    EXPECT_THAT(refusal(dns, [](auto& d) { d.names.dns.push_back("evil-example.com"); }),
                ::testing::HasSubstr("evil-example.com"));
    EXPECT_THAT(refusal(dns, [](auto& d) { d.subject.common_name = "admin"; }),
                ::testing::HasSubstr("commonName \"admin\""));
    EXPECT_EQ(refusal(
                  [](auto& a) {
                      a.dns_domains = {"example.com"};
                      a.common_names = {"adm*"};
                  },
                  [](auto& d) { d.subject.common_name = "admin"; }),
              "");
}

TEST(Allow, UsagesDurationAndCa) {
    EXPECT_THAT(refusal([](auto& a) { a.usages = {core::Usage::kClientAuth}; }),
                ::testing::HasSubstr("server auth"));
    EXPECT_EQ(refusal([](auto& a) { a.usages = {core::Usage::kServerAuth}; }), "");
    EXPECT_THAT(refusal([](auto& a) { a.max_duration = std::chrono::hours(1); },
                        [](auto& d) { d.duration = std::chrono::hours(2); }),
                ::testing::HasSubstr("at most 1h"));
    EXPECT_THAT(refusal([](auto&) {}, [](auto& d) { d.is_ca = true; }),
                ::testing::HasSubstr("allow.isCA"));
    EXPECT_EQ(refusal([](auto& a) { a.is_ca = true; }, [](auto& d) { d.is_ca = true; }), "");
}

TEST(Ranges, HoldByPrefixWithinOneFamily) {
    EXPECT_TRUE(in_range("10.1.2.3", "10.0.0.0/8"));
    EXPECT_FALSE(in_range("11.1.2.3", "10.0.0.0/8"));
    EXPECT_TRUE(in_range("10.1.2.3", "10.1.2.3"));
    EXPECT_TRUE(in_range("fd00::5", "fd00::/64"));
    EXPECT_FALSE(in_range("fd00:0:0:1::5", "fd00::/64"));
    EXPECT_FALSE(in_range("10.0.0.1", "::/0"));
    EXPECT_TRUE(in_range("192.168.129.1", "192.168.128.0/17"));
    EXPECT_FALSE(in_range("192.168.127.1", "192.168.128.0/17"));
    EXPECT_FALSE(in_range("nonsense", "0.0.0.0/0"));
}

TEST(Domains, CoverThemselvesAndWhatIsBelow) {
    EXPECT_TRUE(in_domain("example.com", "example.com"));
    EXPECT_TRUE(in_domain("a.b.example.com", "example.com"));
    EXPECT_FALSE(in_domain("badexample.com", "example.com"));
    EXPECT_TRUE(in_domain("*.example.com", "example.com"));
    EXPECT_FALSE(in_domain("*.com", "example.com")) << "could be any child";
}

}  // namespace
}  // namespace stackseal::issuance
