// SPDX-License-Identifier: Apache-2.0
// Checks of keyUsage and extKeyUsage, and of what suits which kind of key. RFC 5280 4.2.1.3 and
// 4.2.1.12, RFC 8813, RFC 8410.
#include <algorithm>
#include <array>
#include <initializer_list>

#include "controller/pki/check.hpp"
#include "controller/pki/usage.hpp"

namespace stackseal::pki {

namespace {

using core::KeyAlgorithm;
using core::Usage;

bool is_key(const Specimen& specimen, KeyAlgorithm algorithm) {
    return specimen.facts.key && specimen.facts.key->algorithm == algorithm;
}

bool has_any(const Specimen& specimen, std::initializer_list<Usage> usages) {
    return std::ranges::any_of(usages, [&](Usage usage) { return has_usage(specimen, usage); });
}

Finding ca_without_usage(const Specimen& specimen) {
    return when(specimen.facts.is_ca && !has_extension(specimen, NID_key_usage),
                "a CA has keyUsage");
}

Finding ca_without_cert_sign(const Specimen& specimen) {
    return when(specimen.facts.is_ca && has_extension(specimen, NID_key_usage) &&
                    !has_usage(specimen, Usage::kCertSign),
                "a CA's keyUsage has keyCertSign");
}

Finding ca_without_crl_sign(const Specimen& specimen) {
    return when(specimen.facts.is_ca && !has_usage(specimen, Usage::kCrlSign),
                "a CA's keyUsage should have cRLSign");
}

Finding not_critical(const Specimen& specimen) {
    return when(has_extension(specimen, NID_key_usage) && !is_critical(specimen, NID_key_usage),
                "keyUsage is critical");
}

Finding cert_sign_without_ca(const Specimen& specimen) {
    return when(!specimen.facts.is_ca && has_usage(specimen, Usage::kCertSign),
                "keyCertSign needs CA:TRUE");
}

/// DER drops trailing zero bits, and an extension that grants nothing is not allowed.
Finding bad_encoding(const Specimen& specimen) {
    if (!has_extension(specimen, NID_key_usage)) return std::nullopt;
    const auto bits = key_usage_of(specimen.facts.usages);
    if (!bits || *bits == nullptr) return "keyUsage has at least one bit";
    return when(
        der_of(bits->get(), i2d_ASN1_BIT_STRING) != extension_octets(specimen, NID_key_usage),
        "keyUsage is not encoded by DER, or has unknown bits");
}

/// Which bits make sense of an extended usage; any one of them is enough.
struct Consistent {
    Usage extended;
    std::initializer_list<Usage> bits;
};

Finding inconsistent(const Specimen& specimen) {
    using enum Usage;
    const Consistent rows[] = {
        {kServerAuth, {kDigitalSignature, kKeyEncipherment, kKeyAgreement}},
        {kClientAuth, {kDigitalSignature, kKeyAgreement}},
        {kCodeSigning, {kDigitalSignature}},
        {kEmailProtection,
         {kDigitalSignature, kContentCommitment, kKeyEncipherment, kKeyAgreement}},
        {kTimestamping, {kDigitalSignature, kContentCommitment}},
        {kOcspSigning, {kDigitalSignature, kContentCommitment}},
    };
    if (specimen.facts.is_ca || !has_extension(specimen, NID_key_usage)) return std::nullopt;
    for (const Consistent& row : rows)
        if (has_usage(specimen, row.extended) && !has_any(specimen, row.bits))
            return core::concat("no key usage serves '", core::usage_text(row.extended), "'");
    return std::nullopt;
}

Finding ecdsa_usage(const Specimen& specimen) {
    using enum Usage;
    return when(is_key(specimen, KeyAlgorithm::kEcdsa) && !specimen.facts.is_ca &&
                    has_any(specimen, {kKeyEncipherment, kDataEncipherment}),
                "an ECDSA key enciphers nothing (RFC 8813)");
}

Finding rsa_usage_leaf(const Specimen& specimen) {
    using enum Usage;
    return when(is_key(specimen, KeyAlgorithm::kRsa) && !specimen.facts.is_ca &&
                    has_any(specimen, {kKeyAgreement, kEncipherOnly, kDecipherOnly}),
                "an RSA key agrees on nothing");
}

Finding rsa_usage_ca(const Specimen& specimen) {
    using enum Usage;
    return when(is_key(specimen, KeyAlgorithm::kRsa) && specimen.facts.is_ca &&
                    has_any(specimen, {kKeyAgreement, kEncipherOnly, kDecipherOnly}),
                "an RSA key agrees on nothing");
}

Finding ed25519_usage(const Specimen& specimen) {
    using enum Usage;
    return when(is_key(specimen, KeyAlgorithm::kEd25519) &&
                    has_any(specimen, {kKeyEncipherment, kDataEncipherment, kKeyAgreement,
                                       kEncipherOnly, kDecipherOnly}),
                "an Ed25519 key only signs (RFC 8410)");
}

Finding rsa_without_encipherment(const Specimen& specimen) {
    return when(is_key(specimen, KeyAlgorithm::kRsa) && is_for_servers(specimen) &&
                    has_extension(specimen, NID_key_usage) &&
                    !has_usage(specimen, Usage::kKeyEncipherment),
                "libvirt and NSS refuse an RSA server without keyEncipherment");
}

Finding extended_critical(const Specimen& specimen) {
    return when(is_critical(specimen, NID_ext_key_usage), "extKeyUsage should not be critical");
}

Finding extended_any(const Specimen& specimen) {
    return when(has_usage(specimen, Usage::kAny), "anyExtendedKeyUsage restricts nothing");
}

Finding extended_in_root(const Specimen& specimen) {
    return when(specimen.facts.is_ca && specimen.facts.self_signed &&
                    has_extension(specimen, NID_ext_key_usage),
                "a root has no extKeyUsage");
}

constexpr std::array<Check, 15> kChecks = {{
    {"ca_key_usage_missing", Weight::kForbidden, ca_without_usage},
    {"ca_key_cert_sign_not_set", Weight::kForbidden, ca_without_cert_sign},
    {"ca_crl_sign_not_set", Weight::kAdvice, ca_without_crl_sign},
    {"ext_key_usage_not_critical", Weight::kForbidden, not_critical},
    {"ext_key_usage_cert_sign_without_ca", Weight::kForbidden, cert_sign_without_ca},
    {"incorrect_ku_encoding", Weight::kForbidden, bad_encoding},
    {"key_usage_and_extended_key_usage_inconsistent", Weight::kAdvice, inconsistent},
    {"ecdsa_ee_invalid_ku", Weight::kAdvice, ecdsa_usage},
    {"rsa_allowed_ku_ee", Weight::kAdvice, rsa_usage_leaf},
    {"rsa_allowed_ku_ca", Weight::kAdvice, rsa_usage_ca},
    {"ed25519_allowed_ku", Weight::kAdvice, ed25519_usage},
    {"rsa_key_encipherment_missing", Weight::kAdvice, rsa_without_encipherment},
    {"ext_extended_key_usage_critical", Weight::kAdvice, extended_critical},
    {"ext_extended_key_usage_any", Weight::kAdvice, extended_any},
    {"root_ca_extended_key_usage_present", Weight::kAdvice, extended_in_root},
}};

}  // namespace

std::span<const Check> usage_checks() {
    return kChecks;
}

}  // namespace stackseal::pki
