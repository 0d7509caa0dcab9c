// SPDX-License-Identifier: Apache-2.0
// The Certificate kind: what a user asks for, and what came of it.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "controller/api/meta.hpp"
#include "controller/core/x509.hpp"

namespace stackseal::api {

/// Whom to ask. kind and group are defaulted by the CRD; an empty namespace is the Certificate's.
struct IssuerRef {
    std::string name;
    std::string kind = "Issuer";
    std::string group = std::string(core::kGroup);
    std::string space;  ///< "namespace"

    bool operator==(const IssuerRef&) const = default;
};

/// A new key at each reissue, or the stored one again. Source: cert-manager's rotationPolicy.
enum class RotationPolicy : std::uint8_t { kAlways, kNever };
/// Whether the Secret outlives its Certificate, or is owned by it and goes with it.
enum class DeletionPolicy : std::uint8_t { kRetain, kDelete };

/// Absent means unconstrained: a default applies at the next issuance and never causes one.
struct PrivateKeySpec {
    std::optional<core::KeyAlgorithm> algorithm;
    std::optional<int> size;
    std::optional<core::KeyEncoding> encoding;
    std::optional<RotationPolicy> rotation;

    bool operator==(const PrivateKeySpec&) const = default;
};

/// The subject's parts as the API lists them (X509Subject of cert-manager), common name apart.
struct SubjectSpec {
    std::vector<std::string> organizations;
    std::vector<std::string> organizational_units;
    std::vector<std::string> countries;
    std::vector<std::string> localities;
    std::vector<std::string> provinces;
    std::vector<std::string> street_addresses;
    std::vector<std::string> postal_codes;
    std::string serial_number;

    bool operator==(const SubjectSpec&) const = default;
};

/// Wanted on the Secret beside our own labels and annotations. Never a reason to reissue.
struct SecretTemplate {
    std::map<std::string, std::string> labels;
    std::map<std::string, std::string> annotations;

    bool operator==(const SecretTemplate&) const = default;
};

/// Names and subject are wanted exactly; of the rest, what is absent or empty is unconstrained.
/// The CRD's bounds hold once decoded; everything else is for validate().
struct CertificateSpec {
    std::string secret_name;
    IssuerRef issuer_ref;
    std::string common_name;
    SubjectSpec subject;
    std::vector<std::string> dns_names;
    std::vector<std::string> ip_addresses;
    std::vector<std::string> uris;
    std::vector<std::string> email_addresses;
    std::optional<std::chrono::seconds> duration;
    std::optional<std::chrono::seconds> renew_before;
    std::optional<int> renew_before_percentage;
    std::vector<core::Usage> usages;  ///< empty: by default
    bool is_ca = false;
    PrivateKeySpec private_key;
    SecretTemplate secret_template;
    std::string reissue;  ///< any new value forces one reissue
    DeletionPolicy deletion = DeletionPolicy::kRetain;

    bool operator==(const CertificateSpec&) const = default;
};

/// What stands in the Secret and how issuance went. Recomputed at each pass: no name, key or signer
/// depends on it.
struct CertificateStatus {
    std::vector<Condition> conditions;
    std::optional<core::Time> not_before;
    std::optional<core::Time> not_after;
    std::optional<core::Time> renewal_time;
    std::int64_t revision = 0;
    std::int64_t failed_attempts = 0;  ///< "failedIssuanceAttempts"
    std::optional<core::Time> last_failure;
    std::optional<core::Time> next_attempt;
    std::string serial;       ///< "serialNumber", hex
    std::string fingerprint;  ///< SHA-256, hex
    std::int64_t issuer_generation = 0;
    // For the printer columns: `date` columns show future times as <invalid>.
    std::string expires;  ///< RFC 3339 text of not_after
    std::string renews;   ///< RFC 3339 text of renewal_time

    bool operator==(const CertificateStatus&) const = default;
};

/// As the API server or a manifest has it. A snapshot is shared and never changed.
struct Certificate {
    Meta meta;
    CertificateSpec spec;
    CertificateStatus status;

    bool operator==(const Certificate&) const = default;
};

}  // namespace stackseal::api
