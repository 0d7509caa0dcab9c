// SPDX-License-Identifier: Apache-2.0
// Checks of a certificate against its issuer's facts. RFC 5280 6.1.
#include <algorithm>
#include <array>

#include "controller/pki/check.hpp"

namespace stackseal::pki {

namespace {

using core::Usage;

Finding not_self_signed(const Specimen& specimen) {
    return when(specimen.issuer == nullptr && !specimen.facts.self_signed,
                "without an issuer it must be signed by its own key");
}

Finding name_differs(const Specimen& specimen) {
    return when(
        specimen.issuer != nullptr && specimen.issuer->subject_der != specimen.facts.issuer_der,
        "the issuer's name is no exact copy of the issuer's subject");
}

Finding key_id_differs(const Specimen& specimen) {
    if (specimen.issuer == nullptr || specimen.issuer->subject_key_id.empty()) return std::nullopt;
    const std::string& id = specimen.facts.authority_key_id;
    return when(!id.empty() && id != specimen.issuer->subject_key_id,
                "authorityKeyIdentifier is no copy of the issuer's subjectKeyIdentifier");
}

Finding issuer_no_ca(const Specimen& specimen) {
    return when(specimen.issuer != nullptr && !specimen.issuer->is_ca, "the issuer is no CA");
}

Finding no_room(const Specimen& specimen) {
    return when(specimen.issuer != nullptr && specimen.facts.is_ca &&
                    specimen.issuer->max_path_len.value_or(1) == 0,
                "the issuer's path length allows no CA below it");
}

Finding outlives(const Specimen& specimen) {
    return when(specimen.issuer != nullptr && specimen.facts.not_after > specimen.issuer->not_after,
                "it ends later than its issuer");
}

Finding begins_early(const Specimen& specimen) {
    return when(
        specimen.issuer != nullptr && specimen.facts.not_before < specimen.issuer->not_before,
        "it begins earlier than its issuer");
}

bool may(const core::CertificateFacts& facts, Usage usage) {
    return std::ranges::binary_search(facts.usages, usage);
}

/// Verifiers take extended usages of a CA for a bound on all below it, though no RFC says so.
Finding not_nested(const Specimen& specimen) {
    if (specimen.issuer == nullptr || may(*specimen.issuer, Usage::kAny)) return std::nullopt;
    if (std::ranges::none_of(specimen.issuer->usages, core::is_extended)) return std::nullopt;
    for (const Usage usage : specimen.facts.usages)
        if (core::is_extended(usage) && !may(*specimen.issuer, usage))
            return core::concat("the issuer's extKeyUsage lacks '", core::usage_text(usage), "'");
    return std::nullopt;
}

constexpr std::array<Check, 8> kChecks = {{
    {"self_signature_invalid", Weight::kForbidden, not_self_signed},
    {"issuer_dn_not_subject_of_issuer", Weight::kForbidden, name_differs},
    {"authority_key_identifier_not_of_issuer", Weight::kForbidden, key_id_differs},
    {"issuer_not_ca", Weight::kForbidden, issuer_no_ca},
    {"issuer_path_len_exceeded", Weight::kForbidden, no_room},
    {"validity_outlives_issuer", Weight::kAdvice, outlives},
    {"validity_begins_before_issuer", Weight::kAdvice, begins_early},
    {"ext_extended_key_usage_not_nested", Weight::kAdvice, not_nested},
}};

}  // namespace

std::span<const Check> issuer_checks() {
    return kChecks;
}

}  // namespace stackseal::pki
