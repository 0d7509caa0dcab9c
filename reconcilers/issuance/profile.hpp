// SPDX-License-Identifier: Apache-2.0
// From a demand to what the certificate shall say.
#pragma once

#include <vector>

#include "controller/core/x509.hpp"
#include "reconcilers/issuance/observed.hpp"

namespace stackseal::issuance {

/// The usages that a certificate of this demand carries with this kind of key: what is asked for,
/// with the key usages that the key needs where none is named. Default: server authentication;
/// for a CA cert sign and crl sign. Source: research/pki-acme-ops.md 1.2 and 1.3.
std::vector<core::Usage> effective_usages(const Demand& demand, core::KeyAlgorithm algorithm);

/// The earliest end of the signer's chain; absent for a certificate that signs itself.
std::optional<core::Time> chain_end(const Observed& observed);

/// notBefore = max(now − min(1 h, duration/10), the signer's), 24 h for a CA; notAfter = notBefore
/// + duration, but never after the chain ends.
core::Profile make_profile(const Observed& observed, core::KeyAlgorithm algorithm, core::Time now);

}  // namespace stackseal::issuance
