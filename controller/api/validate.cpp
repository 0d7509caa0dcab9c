// SPDX-License-Identifier: Apache-2.0
// What is wrong with a Certificate's spec beyond its types and bounds.
#include "controller/api/validate.hpp"

#include <algorithm>

#include "controller/api/decoder.hpp"
#include "controller/api/findings.hpp"
#include "controller/core/concat.hpp"
#include "controller/core/duration.hpp"

namespace stackseal::api {

namespace {

using core::concat;

void check_names(Findings& findings, const CertificateSpec& spec) {
    check_list(findings, "/spec/dnsNames", spec.dns_names, why_no_dns_name, in_lower_case);
    check_list(findings, "/spec/ipAddresses", spec.ip_addresses, why_no_ip, as_address);
    check_list(findings, "/spec/uris", spec.uris, why_no_uri, as_it_is);
    check_list(findings, "/spec/emailAddresses", spec.email_addresses, why_no_email, in_lower_case);
    const bool none = spec.common_name.empty() && spec.dns_names.empty() &&
                      spec.ip_addresses.empty() && spec.uris.empty() &&
                      spec.email_addresses.empty();
    if (none)
        findings.add("/spec",
                     std::string("names nobody; give at least one of commonName, dnsNames, "
                                 "ipAddresses, uris and emailAddresses"));
}

void check_renewal(Findings& findings, const CertificateSpec& spec) {
    check_duration(findings, "/spec/duration", spec.duration);
    check_duration(findings, "/spec/renewBefore", spec.renew_before);
    if (spec.renew_before && spec.renew_before_percentage)
        findings.add("/spec/renewBefore",
                     std::string("stands beside renewBeforePercentage; remove one of them"));
    if (spec.renew_before && spec.duration && *spec.renew_before >= *spec.duration)
        findings.add(
            "/spec/renewBefore",
            concat(core::format_duration(*spec.renew_before), " is not shorter than the duration, ",
                   core::format_duration(*spec.duration), "; give less"));
}

void check_ca(Findings& findings, const CertificateSpec& spec) {
    const auto it = std::ranges::find(spec.usages, core::Usage::kCertSign);
    if (it == spec.usages.end() || spec.is_ca) return;
    findings.add(concat("/spec/usages/", it - spec.usages.begin()),
                 std::string("\"cert sign\" is for CAs; set isCA: true or remove it"));
}

Fault why_not_theirs(std::string_view key) {
    const std::string_view prefix = key.substr(0, std::min(key.find('/'), key.size()));
    const bool ours = key.size() > prefix.size() &&
                      (prefix == core::kGroup || prefix.ends_with(concat('.', core::kGroup)));
    if (!ours) return why_no_metadata_key(key);
    return concat(quoted(key), " belongs to Stackseal, which writes it alone; remove it");
}

void check_template(Findings& findings, const SecretTemplate& wanted) {
    for (const auto& [key, value] : wanted.labels) {
        const std::string at = "/spec/secretTemplate/labels/" + pointer_token(key);
        findings.add(at, why_not_theirs(key));
        findings.add(at, why_no_label_value(value));
    }
    for (const auto& [key, value] : wanted.annotations)
        findings.add("/spec/secretTemplate/annotations/" + pointer_token(key), why_not_theirs(key));
}

Fault common_name_fault(std::string_view name) {
    const std::size_t length = characters(name);
    if (length > 64)
        return concat(quoted(name), " has ", length,
                      " characters, and a common name at most 64; leave it out and use dnsNames");
    return why_no_subject_text(name);
}

}  // namespace

std::vector<Problem> validate(const CertificateSpec& spec) {
    Findings findings;
    findings.add("/spec/secretName", why_no_subdomain(spec.secret_name));
    check_issuer_ref(findings, "/spec/issuerRef", spec.issuer_ref);
    findings.add("/spec/commonName", common_name_fault(spec.common_name));
    check_subject(findings, "/spec/subject", spec.subject);
    check_names(findings, spec);
    check_renewal(findings, spec);
    check_usages(findings, "/spec/usages", spec.usages);
    check_ca(findings, spec);
    check_private_key(findings, "/spec/privateKey", spec.private_key);
    check_template(findings, spec.secret_template);
    return findings.take();
}

}  // namespace stackseal::api
