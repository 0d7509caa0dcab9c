// SPDX-License-Identifier: Apache-2.0
// What should be, said a second time and apart from the product's own predicates.
#pragma once

#include <string>

#include "controller/api/object.hpp"

namespace stackseal::simulation {

/// What a Certificate's Secret is held against.
struct Wanted {
    api::Snapshot<api::Certificate> certificate;
    bool by_itself = false;                  ///< signed by its own key
    api::Snapshot<api::SecretFacts> signer;  ///< else the CA's; null: it is not there
};

/// True if label and annotations say that the Secret is this Certificate's.
bool is_marked(const api::SecretFacts& secret, const std::string& certificate);

/// Why a Secret is not what its Certificate asks for at a time; "": it is. By the facts alone.
std::string misfit(const Wanted& wanted, const api::SecretFacts& secret, core::Time now);

/// Why a consumer could not use a Secret: parts missing, a key of another certificate, a chain
/// that does not lead to the self-signed certificate in ca.crt; "": it could. Dates apart.
std::string unusable(const api::Secret& secret);

/// The revision that a Secret or nothing records; 0: none.
std::int64_t revision_in(const api::Snapshot<api::SecretFacts>& secret);

/// Where the key pair of an Issuer lies; nothing for one that signs by the certificates' own keys.
std::optional<core::Ref> signer_ref(const api::Issuer& issuer);

}  // namespace stackseal::simulation
