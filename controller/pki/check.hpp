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

struct Check {
    std::string_view name;
    Weight weight;
    Finding (*look)(const Specimen& specimen);
};

std::span<const Check> structure_checks();
std::span<const Check> extension_checks();
std::span<const Check> usage_checks();
std::span<const Check> key_checks();
std::span<const Check> subject_checks();
std::span<const Check> name_checks();
std::span<const Check> issuer_checks();

/// The sentence if the claim holds.
inline Finding when(bool claim, std::string_view sentence) {
    if (!claim) return std::nullopt;
    return std::string(sentence);
}

bool has_usage(const Specimen& specimen, core::Usage usage);
bool has_extension(const Specimen& specimen, int nid);
/// Present and critical.
bool is_critical(const Specimen& specimen, int nid);
/// The octets within an extension's OCTET STRING; empty: absent.
std::string_view extension_octets(const Specimen& specimen, int nid);
/// For a TLS server: by its extended usages, or for want of any.
bool is_for_servers(const Specimen& specimen);

}  // namespace stackseal::pki
