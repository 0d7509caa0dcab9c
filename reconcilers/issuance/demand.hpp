// SPDX-License-Identifier: Apache-2.0
// What should stand in a Secret: the one shape that a Certificate and an authority both map to.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "controller/api/certificate.hpp"
#include "controller/api/secret.hpp"
#include "controller/core/ref.hpp"
#include "controller/core/renewal.hpp"
#include "controller/core/x509.hpp"

namespace stackseal::issuance {

/// Signed by its own key.
struct OwnKey {
    bool operator==(const OwnKey&) const = default;
};

/// Signed by the CA key pair in a Secret.
struct CaKeyPair {
    core::Ref secret;
    std::int64_t generation = 0;  ///< of an authority; 0: the pair is somebody else's

    bool operator==(const CaKeyPair&) const = default;
};

/// Empty: not known, since the issuer is absent or says not who signs.
using SignerSource = std::variant<std::monostate, OwnKey, CaKeyPair>;

/// Of the key: what the spec constrains, and what a new key is made of where it does not.
struct KeyDemand {
    std::optional<core::KeyAlgorithm> algorithm;
    std::optional<int> size;
    std::optional<core::KeyEncoding> encoding;
    bool rotate = true;                                    ///< a new key at each issuance
    core::KeySpec usual{core::KeyAlgorithm::kEcdsa, 256};  ///< for what is not constrained

    bool operator==(const KeyDemand&) const = default;
};

/// The kind of key that a new one shall be. Another algorithm than the usual one: RSA 2048, P-256.
core::KeySpec new_key_spec(const KeyDemand& demand);

/// True if a stored key satisfies everything that the demand constrains.
bool key_fits(const KeyDemand& demand, const core::KeySpec& stored);

/// Subject, names and is_ca are wanted exactly; an absent optional is not compared.
struct Demand {
    core::Ref owner;  ///< the Certificate or Issuer
    std::string owner_uid;
    std::int64_t owner_generation = 0;
    core::Ref secret;

    core::Subject subject;
    core::Names names;
    bool is_ca = false;
    std::optional<int> max_path_len;
    std::vector<core::Usage> usages;  ///< empty: unconstrained, the default at the next issuance
    std::optional<std::chrono::seconds> duration;  ///< absent: unconstrained
    std::chrono::seconds default_duration = std::chrono::hours(2160);
    KeyDemand key;
    core::RenewalRule renewal;

    SignerSource signer;
    api::IssuerRef issuer;  ///< with its namespace filled in
    std::string reissue;

    /// By these annotations the Secret is known as the owner's.
    std::map<std::string, std::string> identity;
    /// Annotations that are written along and decide nothing.
    std::map<std::string, std::string> recorded;
    api::SecretTemplate secret_template;
    std::optional<api::OwnerReference>
        owner_reference;  ///< present: the Secret dies with the owner
    /// An authority's key pair: created once, immutable, never reissued by this room.
    bool lasting = false;
    std::optional<core::Instant> not_before_instant;  ///< do not issue earlier than this

    bool operator==(const Demand&) const = default;
};

}  // namespace stackseal::issuance
