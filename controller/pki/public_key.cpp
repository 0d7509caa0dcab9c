// SPDX-License-Identifier: Apache-2.0
// The public half of a key as a SubjectPublicKeyInfo, put together from its parts.
#include <openssl/core_names.h>

#include <array>

#include "controller/pki/error.hpp"
#include "controller/pki/hash.hpp"
#include "controller/pki/private_key.hpp"

namespace stackseal::pki {

namespace {

/// An AlgorithmIdentifier's parts and the key's bits. curve: NID_undef but for EC.
struct Parts {
    int algorithm;
    int parameter_type;
    int curve;
    std::string bits;
};

core::Result<Parts> ec_parts(const EVP_PKEY* key) {
    std::array<char, 64> curve{};
    STACKSEAL_CHECK(
        must("curve", EVP_PKEY_get_group_name(key, curve.data(), curve.size(), nullptr)));
    std::array<unsigned char, 256> point{};  // P-521, the largest that we issue, has 133 octets
    std::size_t size = 0;
    STACKSEAL_CHECK(
        must("public point", EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY,
                                                             point.data(), point.size(), &size)));
    return Parts{NID_X9_62_id_ecPublicKey, V_ASN1_OBJECT, OBJ_txt2nid(curve.data()),
                 std::string(view(point.data(), size))};
}

core::Result<Parts> ed25519_parts(const EVP_PKEY* key) {
    std::array<unsigned char, 32> bits{};
    std::size_t size = bits.size();
    STACKSEAL_CHECK(must("public key", EVP_PKEY_get_raw_public_key(key, bits.data(), &size)));
    return Parts{NID_ED25519, V_ASN1_UNDEF, NID_undef, std::string(view(bits.data(), size))};
}

core::Result<Parts> rsa_parts(const EVP_PKEY* key) {
    std::string bits = der_of(key, i2d_PublicKey);
    if (bits.empty()) return fault("public key", core::Code::kInternal);
    return Parts{NID_rsaEncryption, V_ASN1_NULL, NID_undef, std::move(bits)};
}

core::Result<Parts> parts_of(const EVP_PKEY* key) {
    if (EVP_PKEY_is_a(key, "EC") == 1) return ec_parts(key);
    if (EVP_PKEY_is_a(key, "ED25519") == 1) return ed25519_parts(key);
    return rsa_parts(key);
}

}  // namespace

core::Result<void> put_public_half(const EVP_PKEY* key, X509_PUBKEY* into) {
    STACKSEAL_TRY(const Parts parts, parts_of(key));
    void* parameter = parts.curve == NID_undef ? nullptr : OBJ_nid2obj(parts.curve);
    auto* bits = static_cast<unsigned char*>(OPENSSL_memdup(parts.bits.data(), parts.bits.size()));
    const int put = X509_PUBKEY_set0_param(into, OBJ_nid2obj(parts.algorithm), parts.parameter_type,
                                           parameter, bits, static_cast<int>(parts.bits.size()));
    if (put != 1) OPENSSL_free(bits);  // ownership passes only on success
    return must("public key", put);
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
