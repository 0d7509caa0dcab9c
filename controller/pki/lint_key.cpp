// SPDX-License-Identifier: Apache-2.0
// Checks of the public key. RFC 5480, RFC 8017, and CA/B BR 6.1.5 and 6.1.6 for sizes.
#include <openssl/core_names.h>

#include <array>

#include "controller/pki/check.hpp"
#include "controller/pki/error.hpp"
#include "controller/pki/private_key.hpp"

namespace stackseal::pki {

namespace {

const EVP_PKEY* key_of(const Specimen& specimen) {
    return X509_get0_pubkey(specimen.x509);
}

bool is_a(const Specimen& specimen, const char* kind) {
    const EVP_PKEY* key = key_of(specimen);
    return key != nullptr && EVP_PKEY_is_a(key, kind) == 1;
}

bool is_rsa(const Specimen& specimen) {
    return is_a(specimen, "RSA");
}

BnHandle number_of(const Specimen& specimen, const char* parameter) {
    BIGNUM* number = nullptr;
    if (is_rsa(specimen)) EVP_PKEY_get_bn_param(key_of(specimen), parameter, &number);
    return BnHandle(number);
}

Finding unknown_kind(const Specimen& specimen) {
    return when(!is_rsa(specimen) && !is_a(specimen, "EC") && !is_a(specimen, "ED25519"),
                "the key is none of RSA, ECDSA and Ed25519");
}

/// The AlgorithmIdentifier's parameter is the curve's name, or the curve is not named at all.
bool has_named_curve(const Specimen& specimen) {
    X509_ALGOR* algorithm = nullptr;
    X509_PUBKEY_get0_param(nullptr, nullptr, nullptr, &algorithm,
                           X509_get_X509_PUBKEY(specimen.x509));
    int type = V_ASN1_UNDEF;
    X509_ALGOR_get0(nullptr, &type, nullptr, algorithm);
    return type == V_ASN1_OBJECT;
}

Finding improper_curve(const Specimen& specimen) {
    if (!is_a(specimen, "EC")) return std::nullopt;
    return when(!specimen.facts.key || !has_named_curve(specimen),
                "the curve is one of P-256, P-384 and P-521, by name");
}

Finding compressed_point(const Specimen& specimen) {
    const auto bits = key_bits(X509_get_X509_PUBKEY(specimen.x509));
    return when(is_a(specimen, "EC") && !bits.starts_with('\x04'),
                "the point should be uncompressed");
}

Finding rsa_short(const Specimen& specimen) {
    return when(is_rsa(specimen) && EVP_PKEY_get_bits(key_of(specimen)) < 2048,
                "an RSA modulus has at least 2048 bits");
}

Finding rsa_odd_size(const Specimen& specimen) {
    return when(is_rsa(specimen) && EVP_PKEY_get_bits(key_of(specimen)) % 8 != 0,
                "an RSA modulus has whole octets");
}

Finding rsa_bad_exponent(const Specimen& specimen) {
    const BnHandle exponent = number_of(specimen, OSSL_PKEY_PARAM_RSA_E);
    if (exponent == nullptr) return std::nullopt;
    return when(BN_is_odd(exponent.get()) == 0 || BN_is_one(exponent.get()) == 1,
                "an RSA exponent is odd and at least 3");
}

Finding rsa_unusual_exponent(const Specimen& specimen) {
    const BnHandle exponent = number_of(specimen, OSSL_PKEY_PARAM_RSA_E);
    if (exponent == nullptr) return std::nullopt;
    return when(BN_is_word(exponent.get(), 65537) == 0, "an RSA exponent should be 65537");
}

/// The whole square root, by Newton's method from above.
BnHandle square_root(const BIGNUM* number, BN_CTX* context) {
    BnHandle root(BN_new());
    BnHandle next(BN_new());
    BN_set_bit(root.get(), (BN_num_bits(number) + 1) / 2);
    while (true) {
        BN_div(next.get(), nullptr, number, root.get(), context);
        BN_add(next.get(), next.get(), root.get());
        BN_rshift1(next.get(), next.get());
        if (BN_cmp(next.get(), root.get()) >= 0) return root;
        root.swap(next);
    }
}

bool is_square(const BIGNUM* number, BN_CTX* context) {
    const BnHandle root = square_root(number, context);
    const BnHandle square(BN_new());
    BN_sqr(square.get(), root.get(), context);
    return BN_cmp(square.get(), number) == 0;
}

/// n = a² - b² with a close to the root of n: the two primes are close to each other.
bool factors_by_fermat(const BIGNUM* modulus) {
    constexpr int kRounds = 100;  // as zlint; honest keys need more than the universe has time for
    const BnCtxHandle context(BN_CTX_new());
    BnHandle a = square_root(modulus, context.get());
    const BnHandle rest(BN_new());
    for (int round = 0; round < kRounds; ++round) {
        BN_add_word(a.get(), 1);
        BN_sqr(rest.get(), a.get(), context.get());
        BN_sub(rest.get(), rest.get(), modulus);
        if (is_square(rest.get(), context.get())) return true;
    }
    return false;
}

Finding rsa_close_primes(const Specimen& specimen) {
    const BnHandle modulus = number_of(specimen, OSSL_PKEY_PARAM_RSA_N);
    if (modulus == nullptr || BN_num_bits(modulus.get()) > 16384) return std::nullopt;
    return when(factors_by_fermat(modulus.get()), "the RSA primes are too close to each other");
}

constexpr std::array<Check, 8> kChecks = {{
    {"public_key_type_not_allowed", Weight::kForbidden, unknown_kind},
    {"ec_improper_curves", Weight::kForbidden, improper_curve},
    {"ec_point_compressed", Weight::kAdvice, compressed_point},
    {"rsa_mod_less_than_2048_bits", Weight::kForbidden, rsa_short},
    {"rsa_mod_not_multiple_of_8_bits", Weight::kAdvice, rsa_odd_size},
    {"rsa_public_exponent_not_odd_or_too_small", Weight::kForbidden, rsa_bad_exponent},
    {"rsa_public_exponent_not_65537", Weight::kAdvice, rsa_unusual_exponent},
    {"rsa_fermat_factorization", Weight::kForbidden, rsa_close_primes},
}};

}  // namespace

std::span<const Check> key_checks() {
    return kChecks;
}

}  // namespace stackseal::pki
