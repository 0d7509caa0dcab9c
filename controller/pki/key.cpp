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
using core::PrivateKey;
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
Result<SecretBytes> traditional_pem(const PrivateKey& key, std::string_view label) {
    STACKSEAL_TRY(const KeyHandle parsed, decode_key(key.pkcs8));
    STACKSEAL_TRY(const SecretBytes der, encode_key(parsed.get(), "type-specific"));
    return to_secret_pem(label, der);
}

Result<PrivateKey> private_key(const EVP_PKEY* key) {
    STACKSEAL_TRY(SecretBytes pkcs8, encode_key(key, "PrivateKeyInfo"));
    STACKSEAL_TRY(core::PublicKey half, public_half(key));
    return PrivateKey{std::move(pkcs8), std::move(half)};
}

}  // namespace

Result<PrivateKey> generate_key(const KeySpec& spec) {
    STACKSEAL_TRY(const KeyHandle key, generate(spec));
    return private_key(key.get());
}

Result<SecretBytes> key_to_pem(const PrivateKey& key, KeyEncoding encoding) {
    STACKSEAL_TRY(const std::string_view kind, kind_in(key.pkcs8));
    if (encoding == KeyEncoding::kPkcs1 && kind == "RSA")
        return traditional_pem(key, "RSA PRIVATE KEY");
    if (encoding == KeyEncoding::kPkcs1 && kind == "EC")
        return traditional_pem(key, "EC PRIVATE KEY");
    return to_secret_pem("PRIVATE KEY", key.pkcs8);
}

Result<PrivateKey> key_from_pem(std::string_view pem) {
    STACKSEAL_TRY(const StoredKey stored, read_key(pem));
    return private_key(stored.key.get());
}

}  // namespace stackseal::pki
