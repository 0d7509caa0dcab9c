// SPDX-License-Identifier: Apache-2.0
// From an issuerRef to who signs: the Issuer, its CA Secret, and what stands in the way.
#pragma once

#include <optional>
#include <string>

#include "controller/ports/cluster.hpp"
#include "reconcilers/issuance/allow.hpp"

namespace stackseal::issuance {

/// With an obstacle the rest may be incomplete. signer is null for OwnKey, or if the CA's Secret is
/// absent.
struct Resolved {
    api::Snapshot<api::Issuer> issuer;  ///< null: see obstacle; or none is needed
    SignerSource source;
    api::Snapshot<api::SecretFacts> signer;
    Requester requester;
    std::optional<Halt> obstacle;
};

/// The Secret in which an authority's generation lies. Source: DESIGN, "Authority keys".
core::Ref authority_secret(const std::string& authority_space, const core::Ref& issuer,
                           std::int64_t generation);

/// A reference with its namespace filled in.
api::IssuerRef completed(api::IssuerRef ref, const std::string& home);

/// Who refers to an issuer.
struct Reference {
    api::IssuerRef to;       ///< with its namespace filled in
    std::string home;        ///< the namespace of whoever refers
    std::string_view field;  ///< where the reference stands: "spec.issuerRef"
};

/// Looks the reference up. Absence and refusal are obstacles, not errors.
/// Errors: those of the reader that mean "try again".
core::Result<Resolved> resolve(ports::Reader& reader, const Reference& reference,
                               const std::string& authority_space);

}  // namespace stackseal::issuance
