// SPDX-License-Identifier: Apache-2.0
// Private keys as OpenSSL holds them: what key.hpp's functions and the signer share.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "controller/core/result.hpp"
#include "controller/core/secret_bytes.hpp"
#include "controller/core/x509.hpp"
#include "controller/pki/handle.hpp"

namespace stackseal::pki {

/// A key that was read from PEM, and how it was written there.
struct StoredKey {
    KeyHandle key;
    core::KeyEncoding encoding = core::KeyEncoding::kPkcs8;
};

/// The first private key of a text. It is proven to be whole: what it signs, its public half
/// verifies. Errors: as key_from_pem. Never asks for a passphrase.
core::Result<StoredKey> read_key(std::string_view pem);

/// How the first private key of a text is written, by its label alone. Absent: there is none.
std::optional<core::KeyEncoding> labelled_encoding(std::string_view pem);

/// The kind that a PKCS#8 DER names, "RSA", "EC" or "ED25519"; the key in it is not looked at.
/// Errors: kCorrupt for another structure or kind, and for bytes that follow.
core::Result<std::string_view> kind_in(const core::SecretBytes& der);

/// A key from PKCS#8 DER. Errors: kCorrupt.
core::Result<KeyHandle> decode_key(const core::SecretBytes& der);

/// DER of a key in a structure: "PrivateKeyInfo" or "type-specific" (PKCS#1, SEC1).
core::Result<core::SecretBytes> encode_key(const EVP_PKEY* key, const char* structure);

/// What we call this kind of key; absent for kinds and curves that we do not issue.
std::optional<core::KeySpec> spec_of(const EVP_PKEY* key);

/// The public half of a key. Errors: kCorrupt for a curve without a name.
core::Result<core::PublicKey> public_half(const EVP_PKEY* key);

/// Writes a public half into a certificate's field (or any other), without the detour through
/// encoder and decoder that X509_set_pubkey takes: 1 µs instead of 250 (research/feasibility.md 4).
/// Errors: kCorrupt for parts that make no key: no bits, a curve that is unknown, missing, or
/// beside an algorithm that has none. That the bits are a point of the curve is not judged.
core::Result<void> put_public_half(const core::PublicKey& half, X509_PUBKEY* into);

/// Hex SHA-256 over a SubjectPublicKeyInfo.
std::string digest_of(const X509_PUBKEY* public_key);

/// The same of a key's public half, to compare it with CertificateFacts::public_key.
/// Errors: as public_half.
core::Result<std::string> public_digest(const EVP_PKEY* key);

/// The octets of the BIT STRING within a SubjectPublicKeyInfo: what key identifiers are made of.
std::string_view key_bits(const X509_PUBKEY* public_key);

}  // namespace stackseal::pki
