// SPDX-License-Identifier: Apache-2.0
// The extensions that we write, one function each, in the order in which they are written.
#pragma once

#include <string_view>

#include "controller/core/result.hpp"
#include "controller/core/x509.hpp"
#include "controller/pki/handle.hpp"

namespace stackseal::pki {

/// Adds keyUsage, extKeyUsage, basicConstraints, both key identifiers and the names, in this
/// order: one profile has one sequence of octets. The certificate has its subject and key already.
/// issuer_key_id: octets of the issuer's SKI; empty: the certificate is its own issuer.
/// Errors: kInvalid for names that cannot be encoded.
core::Result<void> add_extensions(X509* certificate, const core::Profile& profile,
                                  std::string_view issuer_key_id);

}  // namespace stackseal::pki
