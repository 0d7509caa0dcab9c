// SPDX-License-Identifier: Apache-2.0
// The public half of a key as a SubjectPublicKeyInfo, put together from its parts.
#include <openssl/core_names.h>

#include <array>

#include "controller/pki/error.hpp"
#include "controller/pki/hash.hpp"
#include "controller/pki/private_key.hpp"

namespace stackseal::pki {

namespace {

using core::KeyAlgorithm;
using core::PublicKey;
using core::Result;

Result<PublicKey> ec_half(const EVP_PKEY* key) {
    std::array<char, 64> curve{};
    STACKSEAL_CHECK(must("the key's curve has no name",
                         EVP_PKEY_get_group_name(key, curve.data(), curve.size(), nullptr),
                         core::Code::kCorrupt));
    std::array<unsigned char, 256> point{};  // P-521, the largest that we issue, has 133 octets
    std::size_t size = 0;
    STACKSEAL_CHECK(
        must("public point", EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY,
                                                             point.data(), point.size(), &size)));
    return PublicKey{KeyAlgorithm::kEcdsa, curve.data(), std::string(view(point.data(), size))};
}

Result<PublicKey> ed25519_half(const EVP_PKEY* key) {
    std::array<unsigned char, 32> bits{};
    std::size_t size = bits.size();
    STACKSEAL_CHECK(must("public key", EVP_PKEY_get_raw_public_key(key, bits.data(), &size)));
    return PublicKey{KeyAlgorithm::kEd25519, {}, std::string(view(bits.data(), size))};
}

Result<PublicKey> rsa_half(const EVP_PKEY* key) {
    std::string bits = der_of(key, i2d_PublicKey);
    if (bits.empty()) return fault("public key", core::Code::kInternal);
    return PublicKey{KeyAlgorithm::kRsa, {}, std::move(bits)};
}

/// An AlgorithmIdentifier's two parts. RFC 5480 2.1.1, RFC 3279 2.3.1, RFC 8410 3: the parameters
/// are a curve, NULL, or nothing.
struct Identifier {
    int algorithm;
    int parameters;
};

Identifier identifier_of(KeyAlgorithm algorithm) {
    switch (algorithm) {
        case KeyAlgorithm::kRsa:
            return {NID_rsaEncryption, V_ASN1_NULL};
        case KeyAlgorithm::kEcdsa:
            return {NID_X9_62_id_ecPublicKey, V_ASN1_OBJECT};
        case KeyAlgorithm::kEd25519:
            return {NID_ED25519, V_ASN1_UNDEF};
    }
    return {NID_undef, V_ASN1_UNDEF};
}

/// Null where there is no curve, and for one that OpenSSL does not know.
ASN1_OBJECT* curve_of(const PublicKey& half) {
    const int curve = OBJ_sn2nid(half.curve.c_str());
    return curve == NID_undef ? nullptr : OBJ_nid2obj(curve);
}

Result<void> check(const PublicKey& half) {
    if (half.bits.empty()) return corrupt("the public key is empty");
    const bool wanted = half.algorithm == KeyAlgorithm::kEcdsa;
    if (wanted && curve_of(half) == nullptr)
        return corrupt("no curve is called '", shown(half.curve), "'");
    if (!wanted && !half.curve.empty())
        return corrupt("curve '", shown(half.curve), "' beside a key that lies on none");
    return {};
}

}  // namespace

Result<PublicKey> public_half(const EVP_PKEY* key) {
    if (EVP_PKEY_is_a(key, "EC") == 1) return ec_half(key);
    if (EVP_PKEY_is_a(key, "ED25519") == 1) return ed25519_half(key);
    return rsa_half(key);
}

Result<void> put_public_half(const PublicKey& half, X509_PUBKEY* into) {
    STACKSEAL_CHECK(check(half));
    const Identifier identifier = identifier_of(half.algorithm);
    auto* bits = static_cast<unsigned char*>(OPENSSL_memdup(half.bits.data(), half.bits.size()));
    STACKSEAL_CHECK(must("public key", bits != nullptr));
    const int put =
        X509_PUBKEY_set0_param(into, OBJ_nid2obj(identifier.algorithm), identifier.parameters,
                               curve_of(half), bits, static_cast<int>(half.bits.size()));
    if (put != 1) OPENSSL_free(bits);  // ownership passes only on success
    return must("public key", put);
}

Result<std::string> public_digest(const EVP_PKEY* key) {
    STACKSEAL_TRY(const PublicKey half, public_half(key));
    STACKSEAL_TRY(const auto whole, must<PublicKeyHandle>("public key", X509_PUBKEY_new()));
    STACKSEAL_CHECK(put_public_half(half, whole.get()));
    return digest_of(whole.get());
}

std::string digest_of(const X509_PUBKEY* public_key) {
    return hex(sha256(der_of(public_key, i2d_X509_PUBKEY)));
}

std::string_view key_bits(const X509_PUBKEY* public_key) {
    const unsigned char* bits = nullptr;
    int size = 0;
    X509_PUBKEY_get0_param(nullptr, &bits, &size, nullptr, public_key);
    return view(bits, static_cast<std::size_t>(size));
}

}  // namespace stackseal::pki
