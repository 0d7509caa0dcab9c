// SPDX-License-Identifier: Apache-2.0
// What PEM text says, as facts. Input is capped before it is parsed; nothing here trusts it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "controller/core/result.hpp"
#include "controller/core/x509.hpp"

namespace stackseal::pki {

/// All certificates of a PEM text, in order. Text between the blocks is skipped; other kinds of
/// blocks are refused. Errors: kCorrupt (position and reason) for damage, none, over 1,000
/// certificates or over 330,000 bytes.
core::Result<std::vector<core::CertificateFacts>> inspect_chain(std::string_view pem);

/// What a Secret's three values say. Never fails: what does not parse is the facts' problem.
/// Empty text: absent. The key is checked to belong to the first certificate of the chain.
core::PairFacts inspect_pair(std::string_view chain_pem, std::string_view key_pem,
                             std::string_view anchors_pem);

/// The same without parsing the key: for a Secret whose recorded digest fits its bytes, the key is
/// known to match. spec and encoding of the key are taken from the certificate and the PEM label.
core::PairFacts inspect_trusted_pair(std::string_view chain_pem, std::string_view key_pem,
                                     std::string_view anchors_pem);

/// Hex SHA-256 over chain, a NUL, and key: SecretFacts::pair_digest. "" if both are empty.
std::string pair_digest(std::string_view chain_pem, std::string_view key_pem);

/// DER of one certificate from the first PEM block, as lower-case hex of SHA-256: a fingerprint.
core::Result<std::string> fingerprint(std::string_view certificate_pem);

}  // namespace stackseal::pki
