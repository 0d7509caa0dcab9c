// SPDX-License-Identifier: Apache-2.0
// Private keys: made, read and written.
#pragma once

#include <string_view>

#include "controller/core/result.hpp"
#include "controller/core/secret_bytes.hpp"
#include "controller/core/x509.hpp"

namespace stackseal::pki {

/// A new key. RSA blocks for 0.2 s (2048) to 3 s (4096); others under 1 ms.
/// Errors: kInvalid for a size that the algorithm does not have (RSA 2048..8192 in steps of 8,
/// ECDSA 256, 384 or 521).
core::Result<core::PrivateKey> generate_key(const core::KeySpec& spec);

/// PEM of a key. kPkcs1: "RSA PRIVATE KEY" (RFC 8017) or "EC PRIVATE KEY" (RFC 5915); Ed25519
/// has PKCS#8 only and gets it in either case.
core::Result<core::SecretBytes> key_to_pem(const core::PrivateKey& key, core::KeyEncoding encoding);

/// The first private key of a PEM text (PKCS#8, PKCS#1 or SEC1, not encrypted), in one normal
/// form. It is proven to be whole by a signature. Never asks for a passphrase.
/// Errors: kCorrupt when there is none, it is encrypted or damaged, its halves do not belong
/// together, its curve has no name, or it is none of RSA, ECDSA and Ed25519.
/// Input is capped at 64 KiB.
core::Result<core::PrivateKey> key_from_pem(std::string_view pem);

}  // namespace stackseal::pki
