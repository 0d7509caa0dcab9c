// SPDX-License-Identifier: Apache-2.0
// A demand and a Secret that satisfies it: tables begin here and change one thing a row.
#pragma once

#include <memory>

#include "controller/api/names.hpp"
#include "reconcilers/issuance/defects.hpp"
#include "reconcilers/issuance/observed.hpp"
#include "reconcilers/issuance/template_keys.hpp"

namespace stackseal::tests {

/// 2026-11-24T00:00:00Z: the tables' present.
inline const core::Time kNow{std::chrono::seconds(1'795'478'400)};

inline issuance::Demand leaf_demand() {
    issuance::Demand demand;
    demand.owner = {core::Resource::kCertificate, "openstack", "keystone"};
    demand.owner_uid = "uid-1";
    demand.owner_generation = 1;
    demand.secret = {core::Resource::kSecret, "openstack", "keystone-tls"};
    demand.subject.common_name = "keystone.example.com";
    demand.names.dns = {"keystone.example.com"};
    demand.signer = issuance::CaKeyPair{{core::Resource::kSecret, "authorities", "a.ca.g1"}, 1};
    demand.issuer = {.name = "ca", .space = "openstack"};
    demand.identity = {{std::string(api::kCertificateName), "keystone"}};
    return demand;
}

inline core::CertificateFacts ca_certificate() {
    core::CertificateFacts ca;
    ca.subject.common_name = "Control Plane G1";
    ca.subject_der = "30aa";
    ca.issuer_der = "30aa";
    ca.is_ca = true;
    ca.usages = {core::Usage::kCertSign, core::Usage::kCrlSign};
    ca.not_before = kNow - std::chrono::hours(24 * 30);
    ca.not_after = kNow + std::chrono::hours(24 * 3650);
    ca.fingerprint = "f-ca";
    ca.subject_key_id = "5c1";
    ca.key = core::KeySpec{};
    ca.self_signed = true;
    return ca;
}

inline api::SecretFacts ca_secret() {
    api::SecretFacts secret;
    secret.meta.space = "authorities";
    secret.meta.name = "a.ca.g1";
    secret.meta.resource_version = "7";
    secret.pair.chain = {ca_certificate()};
    secret.pair.anchors = {ca_certificate()};
    secret.pair.key = core::KeyState::kMatches;
    secret.pair.key_spec = core::KeySpec{};
    return secret;
}

/// Issued a day ago for 90 days: not due for a long time.
inline core::CertificateFacts leaf_certificate() {
    core::CertificateFacts leaf;
    leaf.subject.common_name = "keystone.example.com";
    leaf.issuer_der = "30aa";
    leaf.names.dns = {"keystone.example.com"};
    leaf.usages = {core::Usage::kDigitalSignature, core::Usage::kServerAuth};
    leaf.not_before = kNow - std::chrono::hours(24);
    leaf.not_after = leaf.not_before + std::chrono::hours(2160);
    leaf.serial = "4d2";
    leaf.fingerprint = "f-leaf";
    leaf.authority_key_id = "5c1";
    leaf.key = core::KeySpec{};
    return leaf;
}

inline api::SecretFacts leaf_secret() {
    const issuance::Demand demand = leaf_demand();
    api::SecretFacts secret;
    secret.meta.space = "openstack";
    secret.meta.name = "keystone-tls";
    secret.meta.resource_version = "9";
    secret.meta.labels = {{std::string(api::kManagedLabel), std::string(api::kManagedValue)}};
    secret.meta.annotations = {
        {std::string(api::kCertificateName), "keystone"},
        {std::string(api::kIssuerName), "ca"},
        {std::string(api::kIssuerNamespace), "openstack"},
        {std::string(api::kIssuerKind), "Issuer"},
        {std::string(api::kIssuerGroup), std::string(core::kGroup)},
        {std::string(api::kRevision), "3"},
        {std::string(api::kPairDigest), "d1"},
        {std::string(api::kTemplateKeys), issuance::template_keys(demand.secret_template)}};
    secret.sizes = {{"tls.crt", 900}, {"tls.key", 240}, {"ca.crt", 700}};
    secret.pair.chain = {leaf_certificate()};
    secret.pair.anchors = {ca_certificate()};
    secret.pair.key = core::KeyState::kMatches;
    secret.pair.key_spec = core::KeySpec{};
    secret.pair.encoding = core::KeyEncoding::kPkcs8;
    secret.pair_digest = "d1";
    return secret;
}

template <class T>
std::shared_ptr<const T> snapshot(T value) {
    return std::make_shared<const T>(std::move(value));
}

/// Everything as it should be.
inline issuance::Observed good() {
    issuance::Observed observed;
    observed.demand = leaf_demand();
    observed.secret = snapshot(leaf_secret());
    observed.signer = snapshot(ca_secret());
    return observed;
}

/// A key order that is ready.
inline core::KeyOrder ready_key() {
    return {std::make_shared<const core::PrivateKey>(), core::Instant(kNow), {}};
}

}  // namespace stackseal::tests
