// SPDX-License-Identifier: Apache-2.0
// The public half of a key as a SubjectPublicKeyInfo, put together from its parts.
#include <openssl/core_names.h>

#include <array>

#include "controller/pki/error.hpp"
#include "controller/pki/hash.hpp"
#include "controller/pki/private_key.hpp"

namespace stackseal::pki {

namespace {

using core::PublicKey;
using core::Result;

constexpr const char* kRsa = "rsaEncryption";

Result<PublicKey> ec_half(const EVP_PKEY* key) {
    std::array<char, 64> curve{};
    STACKSEAL_CHECK(
        must("curve", EVP_PKEY_get_group_name(key, curve.data(), curve.size(), nullptr)));
    std::array<unsigned char, 256> point{};  // P-521, the largest that we issue, has 133 octets
    std::size_t size = 0;
    STACKSEAL_CHECK(
        must("public point", EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY,
                                                             point.data(), point.size(), &size)));
    return PublicKey{"id-ecPublicKey", curve.data(), std::string(view(point.data(), size))};
}

Result<PublicKey> ed25519_half(const EVP_PKEY* key) {
    std::array<unsigned char, 32> bits{};
    std::size_t size = bits.size();
    STACKSEAL_CHECK(must("public key", EVP_PKEY_get_raw_public_key(key, bits.data(), &size)));
    return PublicKey{"ED25519", {}, std::string(view(bits.data(), size))};
}

Result<PublicKey> rsa_half(const EVP_PKEY* key) {
    std::string bits = der_of(key, i2d_PublicKey);
    if (bits.empty()) return fault("public key", core::Code::kInternal);
    return PublicKey{kRsa, {}, std::move(bits)};
}

/// RFC 5480 2.1.1, RFC 3279 2.3.1, RFC 8410 3: a curve, NULL, or nothing.
int parameter_type(const PublicKey& half) {
    if (!half.curve.empty()) return V_ASN1_OBJECT;
    return half.algorithm == kRsa ? V_ASN1_NULL : V_ASN1_UNDEF;
}

ASN1_OBJECT* object_of(const std::string& name) {
    return name.empty() ? nullptr : OBJ_nid2obj(OBJ_txt2nid(name.c_str()));
}

}  // namespace

Result<PublicKey> public_half(const EVP_PKEY* key) {
    if (EVP_PKEY_is_a(key, "EC") == 1) return ec_half(key);
    if (EVP_PKEY_is_a(key, "ED25519") == 1) return ed25519_half(key);
    return rsa_half(key);
}

Result<void> put_public_half(const PublicKey& half, X509_PUBKEY* into) {
    if (OBJ_txt2nid(half.algorithm.c_str()) == NID_undef)
        return corrupt("no key algorithm is called '", shown(half.algorithm), "'");
    auto* bits = static_cast<unsigned char*>(OPENSSL_memdup(half.bits.data(), half.bits.size()));
    const int put =
        X509_PUBKEY_set0_param(into, object_of(half.algorithm), parameter_type(half),
                               object_of(half.curve), bits, static_cast<int>(half.bits.size()));
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
