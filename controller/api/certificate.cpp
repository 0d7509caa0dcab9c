// SPDX-License-Identifier: Apache-2.0
// The Certificate's field tables. A line here and a property in crds/ say the same, or a test
// fails.
#include "controller/api/certificate.hpp"

#include <array>

#include "controller/api/object.hpp"
#include "controller/api/tables.hpp"

namespace stackseal::api {

namespace {

constexpr std::string_view kKeyAlgorithms[] = {"RSA", "ECDSA", "Ed25519"};
constexpr std::string_view kKeyEncodings[] = {"PKCS1", "PKCS8"};
constexpr std::string_view kRotationPolicies[] = {"Always", "Never"};
constexpr std::string_view kDeletionPolicies[] = {"Retain", "Delete"};

std::array<std::string_view, core::kUsageCount> usage_names() {
    std::array<std::string_view, core::kUsageCount> names;
    for (std::size_t i = 0; i < names.size(); ++i)
        names[i] = core::usage_text(static_cast<core::Usage>(i));
    return names;
}

}  // namespace

template <>
std::span<const std::string_view> enum_names<core::KeyAlgorithm>() {
    return kKeyAlgorithms;
}

template <>
std::span<const std::string_view> enum_names<core::KeyEncoding>() {
    return kKeyEncodings;
}

template <>
std::span<const std::string_view> enum_names<core::Usage>() {
    static const auto names = usage_names();
    return names;
}

template <>
std::span<const std::string_view> enum_names<RotationPolicy>() {
    return kRotationPolicies;
}

template <>
std::span<const std::string_view> enum_names<DeletionPolicy>() {
    return kDeletionPolicies;
}

namespace {

constexpr Field kIssuerRef[] = {
    required<&IssuerRef::name>("name", {.min_chars = 1, .chars = 253}),
    defaulted<&IssuerRef::kind>("kind", {.min_chars = 1, .chars = 63}),
    defaulted<&IssuerRef::group>("group", {.min_chars = 1, .chars = 253}),
    optional<&IssuerRef::space>("namespace", {.min_chars = 1, .chars = 63}),
};

// The upper bounds of X.520, which RFC 5280 appendix A.1 repeats.
constexpr Field kSubject[] = {
    optional<&SubjectSpec::organizations>("organizations",
                                          {.min_chars = 1, .chars = 64, .items = 8}),
    optional<&SubjectSpec::organizational_units>("organizationalUnits",
                                                 {.min_chars = 1, .chars = 64, .items = 8}),
    optional<&SubjectSpec::countries>("countries", {.min_chars = 2, .chars = 2, .items = 8}),
    optional<&SubjectSpec::localities>("localities", {.min_chars = 1, .chars = 128, .items = 8}),
    optional<&SubjectSpec::provinces>("provinces", {.min_chars = 1, .chars = 128, .items = 8}),
    optional<&SubjectSpec::street_addresses>("streetAddresses",
                                             {.min_chars = 1, .chars = 128, .items = 8}),
    optional<&SubjectSpec::postal_codes>("postalCodes", {.min_chars = 1, .chars = 40, .items = 8}),
    optional<&SubjectSpec::serial_number>("serialNumber", {.chars = 64}),
};

constexpr Field kPrivateKey[] = {
    optional<&PrivateKeySpec::algorithm>("algorithm"),
    optional<&PrivateKeySpec::size>("size", {.min = 256, .max = 8192}),
    optional<&PrivateKeySpec::encoding>("encoding"),
    optional<&PrivateKeySpec::rotation>("rotationPolicy"),
};

constexpr Field kSecretTemplate[] = {
    optional<&SecretTemplate::labels>("labels", {.chars = 63, .items = 64}),
    optional<&SecretTemplate::annotations>("annotations", {.chars = 4096, .items = 64}),
};

constexpr Field kSpec[] = {
    required<&CertificateSpec::secret_name>("secretName", {.min_chars = 1, .chars = 253}),
    required<&CertificateSpec::issuer_ref>("issuerRef"),
    optional<&CertificateSpec::common_name>("commonName", {.chars = 64}),
    optional<&CertificateSpec::subject>("subject"),
    optional<&CertificateSpec::dns_names>("dnsNames", {.min_chars = 1, .chars = 253, .items = 100}),
    optional<&CertificateSpec::ip_addresses>("ipAddresses",
                                             {.min_chars = 2, .chars = 45, .items = 100}),
    optional<&CertificateSpec::uris>("uris", {.min_chars = 3, .chars = 2048, .items = 100}),
    optional<&CertificateSpec::email_addresses>("emailAddresses",
                                                {.min_chars = 3, .chars = 254, .items = 100}),
    optional<&CertificateSpec::duration>("duration"),
    optional<&CertificateSpec::renew_before>("renewBefore"),
    optional<&CertificateSpec::renew_before_percentage>("renewBeforePercentage",
                                                        {.min = 1, .max = 99}),
    optional<&CertificateSpec::usages>("usages", {.items = core::kUsageCount}),
    optional<&CertificateSpec::is_ca>("isCA"),
    optional<&CertificateSpec::private_key>("privateKey"),
    optional<&CertificateSpec::secret_template>("secretTemplate"),
    optional<&CertificateSpec::reissue>("reissue", {.chars = 253}),
    optional<&CertificateSpec::deletion>("deletionPolicy"),
};

constexpr Field kStatus[] = {
    optional<&CertificateStatus::conditions>("conditions", kConditions),
    optional<&CertificateStatus::not_before>("notBefore"),
    optional<&CertificateStatus::not_after>("notAfter"),
    optional<&CertificateStatus::renewal_time>("renewalTime"),
    optional<&CertificateStatus::revision>("revision", {.min = 0}),
    optional<&CertificateStatus::failed_attempts>("failedIssuanceAttempts", {.min = 0}),
    optional<&CertificateStatus::last_failure>("lastFailureTime"),
    optional<&CertificateStatus::next_attempt>("nextAttemptTime"),
    optional<&CertificateStatus::serial>("serialNumber", {.chars = 64}),
    optional<&CertificateStatus::fingerprint>("fingerprint", {.chars = 64}),
    optional<&CertificateStatus::issuer_generation>("issuerGeneration", {.min = 0}),
    optional<&CertificateStatus::expires>("expires", {.chars = 32}),
    optional<&CertificateStatus::renews>("renews", {.chars = 32}),
};

}  // namespace

template <>
std::span<const Field> fields<IssuerRef>() {
    return kIssuerRef;
}

template <>
std::span<const Field> fields<SubjectSpec>() {
    return kSubject;
}

template <>
std::span<const Field> fields<PrivateKeySpec>() {
    return kPrivateKey;
}

template <>
std::span<const Field> fields<SecretTemplate>() {
    return kSecretTemplate;
}

template <>
std::span<const Field> fields<CertificateSpec>() {
    return kSpec;
}

template <>
std::span<const Field> fields<CertificateStatus>() {
    return kStatus;
}

namespace {

constexpr Field kCertificate[] = {
    elsewhere("apiVersion"),
    elsewhere("kind"),
    required<&Certificate::meta>("metadata"),
    required<&Certificate::spec>("spec"),
    optional<&Certificate::status>("status"),
};

}  // namespace

template <>
std::span<const Field> fields<Certificate>() {
    return kCertificate;
}

template Decoded<Certificate> decode<Certificate>(const core::Value&);
template core::Value encode<Certificate>(const Certificate&);
template core::Value encode_status<Certificate>(const Certificate&);
template core::Value schema<Certificate>();

}  // namespace stackseal::api
