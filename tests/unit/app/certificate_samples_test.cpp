// SPDX-License-Identifier: Apache-2.0
// Alerts are made of these samples: one that is missing is an outage that nobody is told of.
#include "app/certificate_samples.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "tests/unit/app/held_objects.hpp"

namespace stackseal::app {
namespace {

using core::Resource;
using std::chrono::seconds;
using tests::HeldObjects;

api::Issuer issuer_with(decltype(api::IssuerSpec::source) source) {
    api::Issuer issuer;
    issuer.meta.space = "openstack";
    issuer.meta.name = "ca";
    issuer.spec.source = std::move(source);
    issuer.status.not_after = core::Time(seconds(3000));
    return issuer;
}

HeldObjects cache_of(const api::Issuer& issuer, const core::Ref& secret) {
    api::SecretFacts facts;
    facts.pair.chain = {{.not_before = core::Time(seconds(1000))}};
    HeldObjects cache;
    cache.held[{Resource::kIssuer, "openstack", "ca"}] =
        std::make_shared<const api::Issuer>(issuer);
    cache.held[secret] = std::make_shared<const api::SecretFacts>(facts);
    return cache;
}

/// The values of a metric, in order.
std::vector<double> values(ports::Reader& reader, std::string_view metric) {
    std::vector<double> found;
    show_issuers(reader, "authorities", [&](const ports::Sample& sample) {
        if (sample.name == metric) found.push_back(sample.value);
    });
    return found;
}

TEST(IssuerSamples, TellTheWholeLifeOfAnAuthority) {
    api::Issuer issuer = issuer_with(api::Authority{});
    issuer.status.generations = {{.number = 1, .secret_name = "openstack.ca.g1"}};
    HeldObjects cache = cache_of(issuer, {Resource::kSecret, "authorities", "openstack.ca.g1"});
    EXPECT_EQ(values(cache, "stackseal_ca_not_before_timestamp_seconds"), std::vector{1000.0});
    EXPECT_EQ(values(cache, "stackseal_ca_not_after_timestamp_seconds"), std::vector{3000.0});
}

TEST(IssuerSamples, TellTheWholeLifeOfACaOfSomebodyElse) {
    const api::Issuer issuer = issuer_with(api::CaSecret{"their-ca"});
    HeldObjects cache = cache_of(issuer, {Resource::kSecret, "openstack", "their-ca"});
    EXPECT_EQ(values(cache, "stackseal_ca_not_before_timestamp_seconds"), std::vector{1000.0});
}

TEST(CertificateSamples, TellTheNamespaceOfTheIssuer) {
    HeldObjects cache;
    api::Certificate one;
    one.meta.space = "openstack";
    one.status.not_after = core::Time(seconds(1));
    one.spec.issuer_ref.name = "ca";
    cache.hold(one, "own");
    one.spec.issuer_ref.space = "pki";
    cache.hold(one, "foreign");
    std::vector<std::string> spaces;
    show_certificates(cache, [&](const ports::Sample& sample) {
        for (const auto& [label, value] : sample.labels)
            if (label == "issuer_namespace") spaces.push_back(value);
    });
    EXPECT_EQ(spaces, (std::vector<std::string>{"pki", "openstack"}));
}

TEST(IssuerSamples, TellNoBeginningWithoutAPair) {
    const api::Issuer issuer = issuer_with(api::CaSecret{"absent"});
    HeldObjects cache = cache_of(issuer, {Resource::kSecret, "openstack", "another"});
    EXPECT_TRUE(values(cache, "stackseal_ca_not_before_timestamp_seconds").empty());
}

}  // namespace
}  // namespace stackseal::app
