// SPDX-License-Identifier: Apache-2.0
// An authority's spec becomes the CA that should stand in its Secret.
#include "reconcilers/issuer/demand.hpp"

#include <gtest/gtest.h>

#include "tests/unit/reconcilers/issuer/scene.hpp"

namespace stackseal::issuer {
namespace {

using core::Usage;
using std::chrono::hours;
using std::chrono::seconds;
using tests::kNow;

const Placement kPlace{.authority_space = "authorities", .levels_below = 2};

issuance::Demand of_root(const std::function<void(api::Issuer&)>& change = [](auto&) {}) {
    api::Issuer issuer = tests::authority();
    change(issuer);
    return demand_of(issuer, {.source = issuance::OwnKey{}}, kPlace);
}

issuance::Demand of_intermediate(
    const std::function<void(api::Issuer&)>& change = [](auto&) {},
    const Placement& placement = kPlace) {
    api::Issuer issuer = tests::intermediate();
    change(issuer);
    return demand_of(issuer, {.source = tests::leaf_demand().signer}, placement);
}

api::Authority& spec(api::Issuer& issuer) {
    return std::get<api::Authority>(issuer.spec.source);
}

TEST(AuthorityDemand, OfARoot) {
    const issuance::Demand demand = of_root();
    EXPECT_EQ(core::to_string(demand.owner), "Issuer openstack/ca");
    EXPECT_EQ(core::to_string(demand.secret), "Secret authorities/openstack.ca.g1");
    EXPECT_EQ(demand.subject.common_name, "Control Plane G1");
    EXPECT_TRUE(demand.is_ca && demand.lasting);
    EXPECT_FALSE(demand.max_path_len) << "a root limits nothing";
    EXPECT_EQ(demand.default_duration, hours(87600));
    EXPECT_EQ(issuance::new_key_spec(demand.key), (core::KeySpec{core::KeyAlgorithm::kEcdsa, 384}));
    EXPECT_EQ(demand.usages, (std::vector{Usage::kCertSign, Usage::kCrlSign}));
    EXPECT_EQ(demand.issuer.name, "ca");
    EXPECT_EQ(demand.issuer.space, "openstack");
    EXPECT_FALSE(demand.not_before_instant);
    EXPECT_FALSE(demand.owner_reference) << "it lies in another namespace";
}

TEST(AuthorityDemand, OfAnIntermediate) {
    const issuance::Demand demand = of_intermediate();
    EXPECT_EQ(demand.subject.common_name, "Services G1");
    EXPECT_EQ(demand.max_path_len, 2);
    EXPECT_EQ(demand.default_duration, hours(43800));
    EXPECT_EQ(issuance::new_key_spec(demand.key), (core::KeySpec{core::KeyAlgorithm::kEcdsa, 256}));
    EXPECT_EQ(demand.issuer.name, "ca");
    EXPECT_EQ(demand.issuer.space, "openstack");
}

TEST(AuthorityDemand, SaysWhoseTheSecretIs) {
    const issuance::Demand demand = of_root();
    const std::map<std::string, std::string> identity = {
        {"stackseal.io/authority-name", "ca"}, {"stackseal.io/authority-namespace", "openstack"}};
    const std::map<std::string, std::string> recorded = {
        {"stackseal.io/authority-uid", "uid-2"}, {"stackseal.io/authority-generation", "1"}};
    EXPECT_EQ(demand.identity, identity);
    EXPECT_EQ(demand.recorded, recorded);
}

TEST(AuthorityDemand, CertifiesAnIntermediateForWhatItMayServe) {
    EXPECT_EQ(of_intermediate().usages, (std::vector{Usage::kCertSign, Usage::kCrlSign,
                                                     Usage::kServerAuth, Usage::kClientAuth}));
    EXPECT_EQ(of_intermediate([](auto& i) {
                  i.spec.allow.usages = {Usage::kDigitalSignature, Usage::kCodeSigning};
              }).usages,
              (std::vector{Usage::kCertSign, Usage::kCrlSign, Usage::kCodeSigning}));
    EXPECT_EQ(of_root([](auto& i) { i.spec.allow.usages = {Usage::kServerAuth}; }).usages,
              (std::vector{Usage::kCertSign, Usage::kCrlSign}))
        << "a root's own extended usages are read by few, and differently";
}

TEST(AuthorityDemand, TakesWhatTheSpecSays) {
    const auto change = [](api::Issuer& issuer) {
        spec(issuer).duration = hours(100);
        spec(issuer).max_path_len = 0;
        spec(issuer).private_key = {.algorithm = core::KeyAlgorithm::kRsa, .size = 4096};
        spec(issuer).subject = {.organizations = {"Example"}, .countries = {"DE"}};
    };
    for (const issuance::Demand& demand : {of_root(change), of_intermediate(change)}) {
        EXPECT_EQ(demand.duration, hours(100));
        EXPECT_EQ(demand.max_path_len, 0);
        EXPECT_EQ(issuance::new_key_spec(demand.key),
                  (core::KeySpec{core::KeyAlgorithm::kRsa, 4096}));
        EXPECT_EQ(demand.subject.organizations, std::vector<std::string>{"Example"});
        EXPECT_EQ(demand.subject.countries, std::vector<std::string>{"DE"});
    }
}

TEST(AuthorityDemand, GivesAnotherAlgorithmItsOwnUsualSize) {
    const auto kind = [](core::KeyAlgorithm algorithm) {
        return issuance::new_key_spec(
            of_root([&](auto& i) { spec(i).private_key.algorithm = algorithm; }).key);
    };
    EXPECT_EQ(kind(core::KeyAlgorithm::kRsa), (core::KeySpec{core::KeyAlgorithm::kRsa, 2048}));
    EXPECT_EQ(kind(core::KeyAlgorithm::kEcdsa), (core::KeySpec{core::KeyAlgorithm::kEcdsa, 384}));
    EXPECT_EQ(kind(core::KeyAlgorithm::kEd25519), (core::KeySpec{core::KeyAlgorithm::kEd25519, 0}));
}

/// What stands below an intermediate enters its certificate, so the rest of the apply is awaited.
TEST(AuthorityDemand, WaitsForTheRestOfTheApplyOnlyWhereItMatters) {
    const core::Instant created{kNow - hours(1)};
    EXPECT_EQ(of_intermediate().not_before_instant, created + seconds(2));
    EXPECT_FALSE(of_intermediate([](auto& i) { spec(i).max_path_len = 1; }).not_before_instant);
    EXPECT_FALSE(of_intermediate([](auto& i) { i.meta.created.reset(); }).not_before_instant);
    EXPECT_FALSE(of_intermediate([](auto&) {}, {.authority_space = "a", .apply_window = seconds(0)})
                     .not_before_instant);
}

TEST(AuthorityDemand, IsNoRootWhileItsSignerIsUnknown) {
    const issuance::Demand demand = demand_of(tests::intermediate(), {}, kPlace);
    EXPECT_EQ(demand.max_path_len, 2);
    EXPECT_EQ(demand.default_duration, hours(43800));
}

}  // namespace
}  // namespace stackseal::issuer
