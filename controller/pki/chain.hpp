// SPDX-License-Identifier: Apache-2.0
// Chains of CA certificates: brought into order, and every link of them proved.
#pragma once

#include <vector>

#include "controller/core/result.hpp"
#include "controller/pki/certificate.hpp"

namespace stackseal::pki {

/// The certificates from the first one upwards, each the issuer of the one before it.
/// Errors: kCorrupt when a link does not verify, when one that issues is no CA or is so against its
/// path length, and when certificates are left over.
core::Result<std::vector<StoredCertificate>> arrange(std::vector<StoredCertificate> chain);

/// A CA: basicConstraints say so, and keyUsage, if present, allows to sign. Errors: kCorrupt.
core::Result<void> check_is_ca(const StoredCertificate& certificate);

/// A chain's top is self-signed, or one of the anchors issued it or is a part of the chain.
/// Without anchors there is nothing to check. Errors: kCorrupt.
core::Result<void> check_anchored(const std::vector<StoredCertificate>& chain,
                                  const std::vector<StoredCertificate>& anchors);

}  // namespace stackseal::pki
