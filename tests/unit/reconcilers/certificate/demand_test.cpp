// SPDX-License-Identifier: Apache-2.0
// A spec becomes a demand: what is filled in, what is spelled alike, what stays open.
#include "reconcilers/certificate/demand.hpp"

#include <gtest/gtest.h>

#include "tests/support/shelf.hpp"

namespace stackseal::certificate {
namespace {

using std::chrono::hours;

issuance::Demand demand(const std::function<void(api::CertificateSpec&)>& change,
                        const issuance::Resolved& resolved = {}) {
    api::Certificate certificate = tests::certificate();
    change(certificate.spec);
    return demand_of(certificate, resolved);
}

TEST(CertificateDemand, IsThatOfTheTablesCertificate) {
    issuance::Demand expected = tests::leaf_demand();
    expected.owner_generation = 4;
    expected.recorded = {{std::string(api::kCertificateUid), "uid-1"}};
    const issuance::Resolved resolved{.source = expected.signer};
    EXPECT_EQ(demand([](auto&) {}, resolved), expected);
}

struct Name {
    const char* why;
    std::function<void(api::CertificateSpec&)> change;
    std::string expected;
};

TEST(CertificateDemand, FindsACommonName) {
    const std::string longest = std::string(52, 'a') + ".example.com";
    const std::vector<Name> rows = {
        {"as given", [](auto& s) { s.common_name = "Keystone"; }, "Keystone"},
        {"the first DNS name",
         [](auto& s) {
             s.dns_names = {"B.example.com", "a.example.com"};
         },
         "b.example.com"},
        {"64 characters fit", [&](auto& s) { s.dns_names = {longest}; }, longest},
        {"65 do not: the next one",
         [&](auto& s) {
             s.dns_names = {"a" + longest, "b.example.com"};
         },
         "b.example.com"},
        {"the first address, as its own text",
         [](auto& s) {
             s.dns_names.clear();
             s.ip_addresses = {"2001:DB8:0:0::1", "10.0.0.1"};
         },
         "2001:db8::1"},
        {"no DNS name fits: the first address",
         [&](auto& s) {
             s.dns_names = {"a" + longest};
             s.ip_addresses = {"10.0.0.1"};
         },
         "10.0.0.1"},
        {"a URI is none",
         [](auto& s) {
             s.dns_names.clear();
             s.uris = {"spiffe://example.com/keystone"};
         },
         ""}};
    for (const Name& row : rows)
        EXPECT_EQ(demand(row.change).subject.common_name, row.expected) << row.why;
}

TEST(CertificateDemand, SpellsNamesAsACertificateShowsThem) {
    const auto names = demand([](auto& s) {
                           s.dns_names = {"KEYSTONE.Example.com"};
                           s.ip_addresses = {"FD00:0::0001", "192.0.2.1"};
                           s.email_addresses = {"Ops@example.com"};
                       }).names;
    EXPECT_EQ(names.dns, std::vector<std::string>{"keystone.example.com"});
    EXPECT_EQ(names.ips, (std::vector<std::string>{"fd00::1", "192.0.2.1"}));
    EXPECT_EQ(names.emails, std::vector<std::string>{"Ops@example.com"});
}

TEST(CertificateDemand, TakesEveryPartOfTheSubject) {
    const core::Subject subject = demand([](auto& s) {
                                      s.subject = {.organizations = {"O"},
                                                   .organizational_units = {"OU"},
                                                   .countries = {"DE"},
                                                   .localities = {"L"},
                                                   .provinces = {"ST"},
                                                   .street_addresses = {"street"},
                                                   .postal_codes = {"12345"},
                                                   .serial_number = "7"};
                                  }).subject;
    const core::Subject expected{.common_name = "keystone.example.com",
                                 .countries = {"DE"},
                                 .provinces = {"ST"},
                                 .localities = {"L"},
                                 .street_addresses = {"street"},
                                 .postal_codes = {"12345"},
                                 .organizations = {"O"},
                                 .organizational_units = {"OU"},
                                 .serial_number = "7"};
    EXPECT_EQ(subject, expected);
}

TEST(CertificateDemand, ConstrainsOnlyWhatTheSpecSays) {
    const issuance::Demand open = demand([](auto&) {});
    EXPECT_FALSE(open.duration || open.key.algorithm || open.key.size || open.key.encoding);
    EXPECT_TRUE(open.usages.empty());
    EXPECT_TRUE(open.key.rotate);
    const issuance::Demand bound = demand([](auto& s) {
        s.duration = hours(48);
        s.renew_before_percentage = 25;
        s.private_key = {core::KeyAlgorithm::kRsa, 3072, core::KeyEncoding::kPkcs1,
                         api::RotationPolicy::kNever};
        s.is_ca = true;
    });
    EXPECT_EQ(bound.duration, hours(48));
    EXPECT_EQ(bound.renewal, (core::RenewalRule{{}, 25}));
    EXPECT_EQ(issuance::new_key_spec(bound.key), (core::KeySpec{core::KeyAlgorithm::kRsa, 3072}));
    EXPECT_EQ(bound.key.encoding, core::KeyEncoding::kPkcs1);
    EXPECT_FALSE(bound.key.rotate);
    EXPECT_TRUE(bound.is_ca);
}

TEST(CertificateDemand, LastsAsLongAsUsualOrAsTheIssuerAllows) {
    api::Issuer issuer = tests::authority();
    const auto usual = [&] {
        return demand([](auto&) {}, {.issuer = tests::snapshot(issuer)}).default_duration;
    };
    EXPECT_EQ(demand([](auto&) {}).default_duration, hours(2160));
    EXPECT_EQ(usual(), hours(2160));
    issuer.spec.allow.max_duration = hours(24);
    EXPECT_EQ(usual(), hours(24));
    issuer.spec.allow.max_duration = hours(9000);
    EXPECT_EQ(usual(), hours(2160)) << "at most is no default";
}

TEST(CertificateDemand, GivesTheSecretAnOwnerOnlyIfItShallDieWithIt) {
    EXPECT_FALSE(demand([](auto&) {}).owner_reference);
    const auto owner =
        demand([](auto& s) { s.deletion = api::DeletionPolicy::kDelete; }).owner_reference;
    const api::OwnerReference expected{.api_version = "stackseal.io/v1alpha1",
                                       .kind = "Certificate",
                                       .name = "keystone",
                                       .uid = "uid-1",
                                       .controller = true};
    EXPECT_EQ(owner, expected);
}

TEST(CertificateDemand, FillsInTheIssuersNamespace) {
    EXPECT_EQ(demand([](auto&) {}).issuer.space, "openstack");
    EXPECT_EQ(demand([](auto& s) { s.issuer_ref.space = "pki"; }).issuer.space, "pki");
}

}  // namespace
}  // namespace stackseal::certificate
