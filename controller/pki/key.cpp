// SPDX-License-Identifier: Apache-2.0
// The public surface of private keys.
#include "controller/pki/key.hpp"

#include "controller/pki/error.hpp"
#include "controller/pki/pem.hpp"
#include "controller/pki/private_key.hpp"

namespace stackseal::pki {

namespace {

using core::KeyAlgorithm;
using core::KeyEncoding;
using core::KeySpec;
using core::Result;
using core::SecretBytes;

constexpr int kSmallestRsa = 2048;
constexpr int kLargestRsa = 8192;

core::Error no_such_size(const KeySpec& spec, std::string_view sizes) {
    return invalid("no ", spec.algorithm == KeyAlgorithm::kRsa ? "RSA" : "ECDSA", " key has ",
                   spec.size, " bits here; use ", sizes);
}

Result<KeyHandle> generate_rsa(const KeySpec& spec) {
    if (spec.size < kSmallestRsa || spec.size > kLargestRsa || spec.size % 8 != 0)
        return no_such_size(spec, "2048 to 8192 in steps of 8");
    return must<KeyHandle>(
        "RSA key", EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", static_cast<std::size_t>(spec.size)));
}

Result<KeyHandle> generate_ec(const KeySpec& spec, const char* curve) {
    if (curve == nullptr) return no_such_size(spec, "256, 384 or 521");
    return must<KeyHandle>("ECDSA key", EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", curve));
}

const char* curve_of(int size) {
    switch (size) {
        case 256:
            return "P-256";
        case 384:
            return "P-384";
        case 521:
            return "P-521";
        default:
            return nullptr;
    }
}

Result<KeyHandle> generate(const KeySpec& spec) {
    switch (spec.algorithm) {
        case KeyAlgorithm::kRsa:
            return generate_rsa(spec);
        case KeyAlgorithm::kEcdsa:
            return generate_ec(spec, curve_of(spec.size));
        case KeyAlgorithm::kEd25519:
            return must<KeyHandle>("Ed25519 key", EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
    }
    return invalid("no such key algorithm");
}

/// PKCS#1 or SEC1, which hold no kind: the label says it.
Result<SecretBytes> traditional_pem(const SecretBytes& key, std::string_view label) {
    STACKSEAL_TRY(const KeyHandle parsed, decode_key(key));
    STACKSEAL_TRY(const SecretBytes der, encode_key(parsed.get(), "type-specific"));
    return to_secret_pem(label, der);
}

}  // namespace

Result<SecretBytes> generate_key(const KeySpec& spec) {
    STACKSEAL_TRY(const KeyHandle key, generate(spec));
    return encode_key(key.get(), "PrivateKeyInfo");
}

Result<SecretBytes> key_to_pem(const SecretBytes& key, KeyEncoding encoding) {
    STACKSEAL_TRY(const std::string_view kind, kind_in(key));
    if (encoding == KeyEncoding::kPkcs1 && kind == "RSA")
        return traditional_pem(key, "RSA PRIVATE KEY");
    if (encoding == KeyEncoding::kPkcs1 && kind == "EC")
        return traditional_pem(key, "EC PRIVATE KEY");
    return to_secret_pem("PRIVATE KEY", key);
}

Result<SecretBytes> key_from_pem(std::string_view pem) {
    STACKSEAL_TRY(const StoredKey stored, read_key(pem));
    return encode_key(stored.key.get(), "PrivateKeyInfo");
}

Result<KeySpec> key_spec(const SecretBytes& key) {
    STACKSEAL_TRY(const KeyHandle parsed, decode_key(key));
    const auto spec = spec_of(parsed.get());
    if (!spec) return corrupt("the key's curve is none of P-256, P-384 and P-521");
    return *spec;
}

Result<std::string> public_key_digest(const SecretBytes& key) {
    STACKSEAL_TRY(const KeyHandle parsed, decode_key(key));
    STACKSEAL_TRY(const auto public_key, must<PublicKeyHandle>("public key", X509_PUBKEY_new()));
    STACKSEAL_CHECK(put_public_half(parsed.get(), public_key.get()));
    return digest_of(public_key.get());
}

}  // namespace stackseal::pki
