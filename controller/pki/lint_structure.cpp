// SPDX-License-Identifier: Apache-2.0
// Checks of version, serial, times, algorithms and the list of extensions. RFC 5280 4.1.
#include <algorithm>
#include <array>
#include <vector>

#include "controller/pki/check.hpp"

namespace stackseal::pki {

namespace {

constexpr std::size_t kUtcTime = 13;          // YYMMDDHHMMSSZ
constexpr std::size_t kGeneralizedTime = 15;  // YYYYMMDDHHMMSSZ

std::string_view serial(const Specimen& specimen) {
    return view(X509_get0_serialNumber(specimen.x509));
}

Finding version(const Specimen& specimen) {
    return when(X509_get_version(specimen.x509) != X509_VERSION_3,
                "extensions exist in version 3 only");
}

Finding serial_not_positive(const Specimen& specimen) {
    const auto octets = serial(specimen);
    const bool zero = std::ranges::all_of(octets, [](char octet) { return octet == 0; });
    return when(zero || specimen.facts.serial.starts_with('-'), "a serial is greater than zero");
}

Finding serial_too_long(const Specimen& specimen) {
    const auto octets = serial(specimen);
    const bool padded = !octets.empty() && static_cast<unsigned char>(octets[0]) >= 0x80;
    return when(octets.size() + (padded ? 1 : 0) > 20, "a serial has at most 20 octets");
}

Finding serial_low_entropy(const Specimen& specimen) {
    return when(serial(specimen).size() < 8, "a serial has at least 64 random bits");
}

/// True if one of the two times is of a type and has the fault.
template <class Fault>
bool either_time(const Specimen& specimen, int type, Fault fault) {
    const std::array times = {X509_get0_notBefore(specimen.x509),
                              X509_get0_notAfter(specimen.x509)};
    return std::ranges::any_of(times, [&](const ASN1_TIME* time) {
        return ASN1_STRING_type(time) == type && fault(view(time));
    });
}

bool is_not_zulu(std::string_view text) {
    return !text.ends_with('Z');
}

Finding utc_not_zulu(const Specimen& specimen) {
    return when(either_time(specimen, V_ASN1_UTCTIME, is_not_zulu), "UTCTime ends with Z");
}

Finding generalized_not_zulu(const Specimen& specimen) {
    return when(either_time(specimen, V_ASN1_GENERALIZEDTIME, is_not_zulu),
                "GeneralizedTime ends with Z");
}

Finding utc_without_seconds(const Specimen& specimen) {
    const auto shorter = [](std::string_view text) { return text.size() < kUtcTime; };
    return when(either_time(specimen, V_ASN1_UTCTIME, shorter), "UTCTime includes seconds");
}

Finding generalized_with_fraction(const Specimen& specimen) {
    const auto longer = [](std::string_view text) { return text.size() > kGeneralizedTime; };
    return when(either_time(specimen, V_ASN1_GENERALIZEDTIME, longer),
                "GeneralizedTime has no fraction of seconds");
}

Finding generalized_before_2050(const Specimen& specimen) {
    const auto early = [](std::string_view text) { return text < "2050"; };
    return when(either_time(specimen, V_ASN1_GENERALIZEDTIME, early),
                "times before 2050 are UTCTime");
}

Finding validity_not_positive(const Specimen& specimen) {
    return when(specimen.facts.not_after <= specimen.facts.not_before,
                "notAfter is not later than notBefore");
}

const X509_ALGOR* outer_algorithm(const Specimen& specimen) {
    const X509_ALGOR* algorithm = nullptr;
    X509_get0_signature(nullptr, &algorithm, specimen.x509);
    return algorithm;
}

Finding algorithms_differ(const Specimen& specimen) {
    return when(X509_ALGOR_cmp(X509_get0_tbs_sigalg(specimen.x509), outer_algorithm(specimen)) != 0,
                "the algorithm in the signed part is another one than outside");
}

Finding algorithm_weak(const Specimen& specimen) {
    int digest = NID_undef;
    OBJ_find_sigid_algs(X509_get_signature_nid(specimen.x509), &digest, nullptr);
    return when(digest == NID_md5 || digest == NID_sha1 || digest == NID_md4 || digest == NID_md2,
                "MD5 and SHA-1 signatures can be forged");
}

/// RFC 4055: NULL for RSA. RFC 5758, RFC 8410: nothing for ECDSA and EdDSA.
Finding algorithm_parameters(const Specimen& specimen) {
    int key = NID_undef;
    OBJ_find_sigid_algs(X509_get_signature_nid(specimen.x509), nullptr, &key);
    int type = V_ASN1_UNDEF;
    X509_ALGOR_get0(nullptr, &type, nullptr, outer_algorithm(specimen));
    const int expected = key == NID_rsaEncryption ? V_ASN1_NULL : V_ASN1_UNDEF;
    return when(key != NID_rsassaPss && type != expected,
                "parameters are NULL for RSA and absent for ECDSA and EdDSA");
}

Finding duplicate_extension(const Specimen& specimen) {
    for (int i = 0; i < X509_get_ext_count(specimen.x509); ++i) {
        const ASN1_OBJECT* object = X509_EXTENSION_get_object(X509_get_ext(specimen.x509, i));
        if (X509_get_ext_by_OBJ(specimen.x509, object, i) >= 0)
            return "an extension stands there twice";
    }
    return std::nullopt;
}

Finding unique_identifiers(const Specimen& specimen) {
    const ASN1_BIT_STRING* issuer = nullptr;
    const ASN1_BIT_STRING* subject = nullptr;
    X509_get0_uids(specimen.x509, &issuer, &subject);
    return when(issuer != nullptr || subject != nullptr, "unique identifiers are not used");
}

constexpr std::array<Check, 15> kChecks = {{
    {"invalid_certificate_version", Weight::kForbidden, version},
    {"serial_number_not_positive", Weight::kForbidden, serial_not_positive},
    {"serial_number_longer_than_20_octets", Weight::kForbidden, serial_too_long},
    {"serial_number_low_entropy", Weight::kAdvice, serial_low_entropy},
    {"utc_time_not_in_zulu", Weight::kForbidden, utc_not_zulu},
    {"utc_time_does_not_include_seconds", Weight::kForbidden, utc_without_seconds},
    {"generalized_time_not_in_zulu", Weight::kForbidden, generalized_not_zulu},
    {"generalized_time_includes_fraction_seconds", Weight::kForbidden, generalized_with_fraction},
    {"wrong_time_format_pre2050", Weight::kForbidden, generalized_before_2050},
    {"validity_time_not_positive", Weight::kForbidden, validity_not_positive},
    {"tbs_signature_alg_matches_cert_signature_alg", Weight::kForbidden, algorithms_differ},
    {"signature_algorithm_weak", Weight::kForbidden, algorithm_weak},
    {"signature_algorithm_parameters", Weight::kForbidden, algorithm_parameters},
    {"ext_duplicate_extension", Weight::kForbidden, duplicate_extension},
    {"cert_contains_unique_identifier", Weight::kForbidden, unique_identifiers},
}};

}  // namespace

std::span<const Check> structure_checks() {
    return kChecks;
}

}  // namespace stackseal::pki
