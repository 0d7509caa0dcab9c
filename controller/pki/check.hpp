// SPDX-License-Identifier: Apache-2.0
// One row per lint check; the files lint_*.cpp hold the rows by topic.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "controller/core/concat.hpp"
#include "controller/core/x509.hpp"
#include "controller/pki/handle.hpp"

namespace stackseal::pki {

/// A certificate under the glass.
struct Specimen {
    X509* x509;
    core::CertificateFacts facts;
    const core::CertificateFacts* issuer;  ///< null: it should be self-signed
};

/// What is wrong; absent: nothing.
using Finding = std::optional<std::string>;

/// What a finding means for whoever wants to write the certificate.
enum class Weight { kForbidden, kAdvice };

/// name: zlint's without its prefix, where it has the check.
struct Check {
    std::string_view name;
    Weight weight;
    /// May leave errors in OpenSSL's queue: whoever runs the checks drains it.
    Finding (*look)(const Specimen& specimen);
};

/// Version, serial, times, algorithms, the list of extensions. Source: RFC 5280 4.1.
std::span<const Check> structure_checks();
/// Constraints and key identifiers. Source: RFC 5280 4.2.1, and OpenSSL's strict checks.
std::span<const Check> extension_checks();
/// Both usages, by kind of key. Source: RFC 5280 4.2.1.3 and 4.2.1.12, RFC 8813, RFC 8410.
std::span<const Check> usage_checks();
/// The public key's kind and size. Source: RFC 5480, RFC 8017, CA/B BR 6.1.5 and 6.1.6.
std::span<const Check> key_checks();
/// Subject and issuer names. Source: RFC 5280 4.1.2.4, 4.1.2.6 and appendix A.1.
std::span<const Check> subject_checks();
/// Alternative names. Source: RFC 5280 4.2.1.6, RFC 1035, RFC 5890, RFC 9525.
std::span<const Check> name_checks();
/// Against the issuer's facts, or, without one, its own key. Source: RFC 5280 6.1.
std::span<const Check> issuer_checks();

/// The sentence if the claim holds.
inline Finding when(bool claim, std::string_view sentence) {
    if (!claim) return std::nullopt;
    return std::string(sentence);
}

/// A missing extension has no usage here, though verifiers read it as having all.
bool has_usage(const Specimen& specimen, core::Usage usage);
/// nid: OpenSSL's number of an extension, NID_…
bool has_extension(const Specimen& specimen, int nid);
/// Present and critical.
bool is_critical(const Specimen& specimen, int nid);
/// The octets within an extension's OCTET STRING; empty: absent.
std::string_view extension_octets(const Specimen& specimen, int nid);
/// For a TLS server: by its extended usages, or for want of any.
bool is_for_servers(const Specimen& specimen);

}  // namespace stackseal::pki
