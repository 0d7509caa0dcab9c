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

TEST(Allow, NamesEachKindByItsFieldAndItsList) {
    const auto some = [](api::Allow& a) {
        a.ip_ranges = {"10.0.0.0/8"};
        a.uris = {"spiffe://example.com/*", "urn:one"};
        a.emails = {"ops@example.com", "example.org", "@example.net"};
        a.dns_domains = {"example.com"};
    };
    struct Row {
        std::function<void(Demand&)> change;
        const char* refused;  // "": allowed
    };
    const std::vector<Row> rows = {
        {[](Demand& d) { d.names.ips = {"10.1.2.3"}; }, ""},
        {[](Demand& d) {
             d.names.ips = {"10.1.2.3", "fd00::1"};
         },
         "ipAddresses \"fd00::1\"; add it to allow.ipRanges or take it out"},
        {[](Demand& d) {
             d.names.uris = {"spiffe://example.com/nova", "urn:one"};
         },
         ""},
        {[](Demand& d) { d.names.uris = {"urn:one/more"}; },
         "uris \"urn:one/more\"; add it to allow.uris or take it out"},
        {[](Demand& d) { d.names.emails = {"ops@example.com"}; }, ""},
        {[](Demand& d) { d.names.emails = {"any@example.org"}; }, ""},
        {[](Demand& d) { d.names.emails = {"any@example.net"}; }, ""},
        {[](Demand& d) { d.names.emails = {"dev@example.com"}; },
         "emailAddresses \"dev@example.com\"; add it to allow.emails or take it out"},
        {[](Demand& d) { d.names.emails = {"any@sub.example.org"}; },
         "emailAddresses \"any@sub.example.org\"; add it to allow.emails or take it out"},
        {[](Demand& d) {
             d.names.dns = {"*.example.com", "keystone.example.com"};
         },
         ""},
        {[](Demand& d) { d.names.dns = {"*.com"}; },
         "dnsNames \"*.com\"; add it to allow.dnsDomains or take it out"}};
    for (const Row& row : rows) {
        const std::string expected =
            row.refused[0] == '\0'
                ? ""
                : std::string("Issuer openstack/ca does not allow ") + row.refused;
        EXPECT_EQ(refusal(some, row.change), expected);
    }
}

TEST(Allow, ACommonNameMayBeAnyOfTheNames) {
    const auto some = [](api::Allow& a) {
        a.dns_domains = {"example.com"};
        a.ip_ranges = {"10.0.0.0/8"};
        a.emails = {"example.com"};
    };
    for (const char* name : {"keystone.example.com", "10.0.0.1", "ops@example.com", ""})
        EXPECT_EQ(refusal(some,
                          [&](Demand& d) {
                              d.names.ips = {"10.0.0.1"};
                              d.names.emails = {"ops@example.com"};
                              d.subject.common_name = name;
                          }),
                  "")
            << name;
}

TEST(Allow, AsksOfAnAuthorityOnlyWhereItIs) {
    const auto strict = [](api::Allow& a) {
        a.dns_domains = {"example.org"};
        a.usages = {core::Usage::kClientAuth};
        a.max_duration = std::chrono::hours(1);
    };
    const auto authority = [](Demand& d) {
        d.lasting = true;
        d.is_ca = true;
        d.duration = std::chrono::hours(43800);
    };
    EXPECT_EQ(refusal(strict, authority), "") << "names and usages are the business of the leaves";
    Demand demand = tests::leaf_demand();
    authority(demand);
    EXPECT_TRUE(find_refusal(issuer_with(strict), {"other", {}}, demand));
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
