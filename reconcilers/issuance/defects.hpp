// SPDX-License-Identifier: Apache-2.0
// What is wrong with a stored certificate: the predicate that accepts one also decides renewal.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "reconcilers/issuance/observed.hpp"

namespace stackseal::issuance {

/// Why the stored certificate must be replaced. message: for the event and condition, no PEM in it.
struct Defect {
    core::Reason reason;
    std::string message;

    bool operator==(const Defect&) const = default;
};

/// The first thing that calls for a reissue, in a fixed order: absent, incomplete, unreadable,
/// edited, of another issuer, of another signer, of another spec, asked for, due. None: good.
std::optional<Defect> find_defect(const Observed& observed, core::Time now);

/// True if the stored pair still serves: no defect, or only that it is due, and not expired.
bool still_serves(const Observed& observed, core::Time now);

/// Why a Secret under the wanted name is not ours to touch; names whose it is.
std::optional<Halt> find_conflict(const Demand& demand, const api::SecretFacts& secret);

/// Why a CA's Secret cannot sign anything: unreadable, no CA, a key of another, expired.
std::optional<Halt> find_pair_problem(const api::SecretFacts& secret, core::Time now);

/// Why the CA key pair cannot sign this demand.
std::optional<Halt> find_signer_problem(const Observed& observed, core::Time now);

/// True if labels, annotations or the owner of a good Secret differ from the demand.
bool metadata_drifted(const Demand& demand, const api::SecretFacts& secret);

/// Fingerprints that ca.crt should hold: the self-signed root of the signer's chain, else its
/// ca.crt, else the topmost certificate known; for a self-signed certificate itself.
std::vector<std::string> expected_anchors(const Observed& observed);

/// When the certificate is due, jittered by owner and revision.
core::Time renewal_of(const Demand& demand, const api::SecretFacts& secret);

/// A count that a Secret's annotation records (revision, issuer generation); 0: none.
std::int64_t count_in(const api::SecretFacts& secret, std::string_view annotation);

/// The revision that a Secret records; 0: none.
std::int64_t revision_of(const api::SecretFacts& secret);

}  // namespace stackseal::issuance
