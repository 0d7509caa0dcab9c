// SPDX-License-Identifier: Apache-2.0
// A CA and what it signs, for what is measured of cryptography.
#pragma once

#include <memory>
#include <string>

#include "controller/pki/key.hpp"
#include "controller/pki/sign.hpp"

namespace stackseal::bench {

inline constexpr core::KeySpec kP256{core::KeyAlgorithm::kEcdsa, 256};
inline constexpr core::Time kBegin{std::chrono::seconds(1'767'225'600)};

inline core::Profile ca_profile() {
    core::Profile profile;
    profile.subject.common_name = "Bench CA";
    profile.is_ca = true;
    profile.usages = {core::Usage::kCertSign, core::Usage::kCrlSign};
    profile.not_before = kBegin;
    profile.not_after = kBegin + std::chrono::hours(87'600);
    return profile;
}

inline core::Profile leaf_profile() {
    core::Profile profile;
    profile.subject.common_name = "keystone.example.com";
    profile.names.dns = {"keystone.example.com"};
    profile.usages = {core::Usage::kDigitalSignature, core::Usage::kServerAuth};
    profile.not_before = kBegin;
    profile.not_after = kBegin + std::chrono::hours(2'160);
    return profile;
}

struct Ca {
    std::string pem;
    std::shared_ptr<const pki::Signer> signer;
};

inline Ca made_ca() {
    const auto key = pki::generate_key(kP256);
    const auto chain = pki::sign_self(ca_profile(), *key);
    const auto pem = pki::key_to_pem(*key, core::KeyEncoding::kPkcs8);
    return {*chain, *pki::Signer::load(*chain, pem->reveal(), *chain)};
}

}  // namespace stackseal::bench
