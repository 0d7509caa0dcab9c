// SPDX-License-Identifier: Apache-2.0
// From a profile and two keys to a certificate.
#include "controller/pki/sign.hpp"

#include <openssl/rand.h>

#include <algorithm>
#include <array>

#include "controller/pki/certificate.hpp"
#include "controller/pki/extensions.hpp"
#include "controller/pki/name.hpp"
#include "controller/pki/parsed_signer.hpp"
#include "controller/pki/private_key.hpp"

namespace stackseal::pki {

namespace {

using core::Profile;
using core::Result;
using core::Usage;

/// Who signs: all that a certificate takes from its issuer.
struct Issuer {
    const X509_NAME* name;
    EVP_PKEY* key;
    std::string_view key_id;  ///< empty: the certificate's own
};

bool has(const Profile& profile, Usage usage) {
    return std::ranges::find(profile.usages, usage) != profile.usages.end();
}

Result<void> check_authority(const Profile& profile) {
    if (!profile.is_ca && has(profile, Usage::kCertSign))
        return invalid("usage 'cert sign' is for CAs only; drop it or set isCA");
    if (!profile.is_ca && profile.max_path_len)
        return invalid("a path length is for CAs only; drop it or set isCA");
    if (profile.is_ca && !has(profile, Usage::kCertSign))
        return invalid("a CA needs the usage 'cert sign'");
    if (profile.is_ca && profile.subject.empty())
        return invalid("a CA needs a subject: it is the issuer's name in what it signs");
    if (profile.max_path_len.value_or(0) < 0)
        return invalid("path length ", *profile.max_path_len, " is negative");
    return {};
}

Result<void> check_identity(const Profile& profile) {
    if (!profile.subject.empty() || !profile.names.empty()) return {};
    return invalid("neither subject nor alternative names: the certificate would name nobody");
}

/// 0000-01-01 to 9999-12-31 is all that GeneralizedTime has.
Result<void> check_validity(const Profile& profile) {
    using namespace std::chrono;
    constexpr core::Time kFirst = sys_days(year(0) / 1 / 1);
    constexpr core::Time kLast = sys_days(year(9999) / 12 / 31) + hours(24) - seconds(1);
    if (profile.not_before < kFirst || profile.not_after > kLast)
        return invalid("the validity lies outside of the years 0 to 9999");
    if (profile.not_after > profile.not_before) return {};
    return invalid("the certificate would end at ", core::format_rfc3339(profile.not_after),
                   " but begin at ", core::format_rfc3339(profile.not_before));
}

Result<void> check(const Profile& profile) {
    STACKSEAL_CHECK(check_authority(profile));
    STACKSEAL_CHECK(check_identity(profile));
    return check_validity(profile);
}

Result<void> check_room(const Profile& profile, const Signer::Parsed& signer) {
    if (!profile.is_ca || signer.room.value_or(1) > 0) return {};
    return invalid("the signer's chain has path length 0: no verifier would accept a CA below it");
}

/// 20 octets, always: the top bit clear makes it positive, the next one set keeps its length.
Result<void> set_serial(X509* certificate) {
    std::array<unsigned char, 20> serial{};
    STACKSEAL_CHECK(must("random bytes", RAND_bytes(serial.data(), serial.size())));
    serial[0] = static_cast<unsigned char>((serial[0] & 0x3fU) | 0x40U);
    return must("serial",
                ASN1_STRING_set(X509_get_serialNumber(certificate), serial.data(), serial.size()));
}

/// UTCTime until 2049, GeneralizedTime from 2050 on: ASN1_TIME_set knows. RFC 5280 4.1.2.5.
Result<void> set_validity(X509* certificate, const Profile& profile) {
    const auto from = static_cast<time_t>(profile.not_before.time_since_epoch().count());
    const auto to = static_cast<time_t>(profile.not_after.time_since_epoch().count());
    STACKSEAL_CHECK(
        must("validity", ASN1_TIME_set(X509_getm_notBefore(certificate), from) != nullptr));
    return must("validity", ASN1_TIME_set(X509_getm_notAfter(certificate), to) != nullptr);
}

/// The certificate less what comes from its issuer.
Result<CertificateHandle> draft(const Profile& profile, const core::PublicKey& subject_key) {
    STACKSEAL_TRY(CertificateHandle certificate,
                  must<CertificateHandle>("certificate", X509_new()));
    STACKSEAL_CHECK(must("version", X509_set_version(certificate.get(), X509_VERSION_3)));
    STACKSEAL_CHECK(set_serial(certificate.get()));
    STACKSEAL_CHECK(set_validity(certificate.get(), profile));
    STACKSEAL_TRY(const NameHandle subject, name_of(profile.subject));
    STACKSEAL_CHECK(must("subject", X509_set_subject_name(certificate.get(), subject.get())));
    STACKSEAL_CHECK(put_public_half(subject_key, X509_get_X509_PUBKEY(certificate.get())));
    return certificate;
}

/// As strong as the signer's key; null for Ed25519, which digests by itself (RFC 8410).
const EVP_MD* digest_for(const EVP_PKEY* key) {
    const auto spec = spec_of(key);
    if (spec && spec->algorithm == core::KeyAlgorithm::kEd25519) return nullptr;
    if (spec && spec->algorithm == core::KeyAlgorithm::kEcdsa && spec->size == 384)
        return EVP_sha384();
    if (spec && spec->algorithm == core::KeyAlgorithm::kEcdsa && spec->size == 521)
        return EVP_sha512();
    return EVP_sha256();
}

Result<std::string> finish(X509* certificate, const Profile& profile, const Issuer& issuer) {
    STACKSEAL_CHECK(must("issuer", X509_set_issuer_name(certificate, issuer.name)));
    STACKSEAL_CHECK(add_extensions(certificate, profile, issuer.key_id));
    STACKSEAL_CHECK(must("signature", X509_sign(certificate, issuer.key, digest_for(issuer.key))));
    return certificate_pem(certificate);
}

}  // namespace

Result<std::string> sign(const Profile& profile, const core::PublicKey& subject_key,
                         const Signer& signer) {
    STACKSEAL_CHECK(check(profile));
    const Signer::Parsed& by = signer.parsed();
    STACKSEAL_CHECK(check_room(profile, by));
    STACKSEAL_TRY(const CertificateHandle certificate, draft(profile, subject_key));
    return finish(certificate.get(), profile,
                  {X509_get_subject_name(by.certificate.get()), by.key.get(), by.key_id});
}

Result<std::string> sign_self(const Profile& profile, const core::PrivateKey& key) {
    STACKSEAL_CHECK(check(profile));
    STACKSEAL_TRY(const KeyHandle decoded, decode_key(key.pkcs8));
    STACKSEAL_TRY(const core::PublicKey half, public_half(decoded.get()));
    STACKSEAL_TRY(const CertificateHandle certificate, draft(profile, half));
    return finish(certificate.get(), profile,
                  {X509_get_subject_name(certificate.get()), decoded.get(), {}});
}

}  // namespace stackseal::pki
