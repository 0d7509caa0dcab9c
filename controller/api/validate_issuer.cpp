// SPDX-License-Identifier: Apache-2.0
// What is wrong with an Issuer's spec beyond its types and bounds.
#include "controller/api/decoder.hpp"
#include "controller/api/findings.hpp"
#include "controller/api/validate.hpp"
#include "controller/core/concat.hpp"

namespace stackseal::api {

namespace {

using core::concat;

/// The checks of whichever source was chosen.
struct SourceCheck {
    Findings& findings;

    void operator()(std::monostate) const {
        findings.add("/spec", std::string("says not who signs; give exactly one of selfSigned, ca "
                                          "and authority"));
    }
    void operator()(const SelfSigned&) const {}
    void operator()(const CaSecret& ca) const {
        findings.add("/spec/ca/secretName", why_no_subdomain(ca.secret_name));
    }
    void operator()(const Authority& authority) const;
};

Fault common_name_fault(std::string_view name) {
    const std::size_t length = characters(name);
    if (name.empty()) return "is empty; name the CA, as in \"Example Cloud internal CA\"";
    if (length > 56)
        return concat(quoted(name), " has ", length,
                      " characters; 56 at most, since a generation is appended");
    return why_no_subject_text(name);
}

void SourceCheck::operator()(const Authority& authority) const {
    findings.add("/spec/authority/commonName", common_name_fault(authority.common_name));
    check_subject(findings, "/spec/authority/subject", authority.subject);
    check_duration(findings, "/spec/authority/duration", authority.duration);
    check_private_key(findings, "/spec/authority/privateKey", authority.private_key);
    if (authority.signed_by)
        check_issuer_ref(findings, "/spec/authority/signedBy", *authority.signed_by);
}

/// names and selector go with the choice that reads them; anything else would be silently ignored.
void check_namespaces(Findings& findings, const AllowedNamespaces& allowed) {
    const bool by_name = allowed.from == NamespacesFrom::kNames;
    const bool by_label = allowed.from == NamespacesFrom::kSelector;
    if (by_name == allowed.names.empty())
        findings.add(
            "/spec/allow/namespaces/names",
            std::string(by_name ? "is empty; list the namespaces that from: Names speaks of"
                                : "is read only with from: Names; set that or remove it"));
    if (by_label == allowed.match_labels.empty())
        findings.add(
            "/spec/allow/namespaces/selector",
            std::string(by_label ? "is empty; give matchLabels, or from: All for every namespace"
                                 : "is read only with from: Selector; set that or remove it"));
    check_list(findings, "/spec/allow/namespaces/names", allowed.names, why_no_label, as_it_is);
}

void check_reach(Findings& findings, const Allow& allow) {
    const bool names_something = !allow.dns_domains.empty() || !allow.ip_ranges.empty() ||
                                 !allow.uris.empty() || !allow.emails.empty() ||
                                 !allow.common_names.empty();
    if (allow.namespaces.from == NamespacesFrom::kSame || names_something) return;
    findings.add(
        "/spec/allow/namespaces/from",
        std::string("other namespaces are served only by an issuer that says which names it "
                    "signs; give dnsDomains, ipRanges, uris, emails or commonNames"));
}

Fault why_no_email_or_domain(std::string_view text) {
    return text.find('@') == std::string_view::npos ? why_no_domain(text) : why_no_email(text);
}

void check_allow(Findings& findings, const Allow& allow) {
    check_namespaces(findings, allow.namespaces);
    check_reach(findings, allow);
    check_list(findings, "/spec/allow/dnsDomains", allow.dns_domains, why_no_domain, as_it_is);
    check_list(findings, "/spec/allow/ipRanges", allow.ip_ranges, why_no_ip_range, in_lower_case);
    check_list(findings, "/spec/allow/uris", allow.uris, why_no_uri, as_it_is);
    check_list(findings, "/spec/allow/emails", allow.emails, why_no_email_or_domain, in_lower_case);
    check_list(findings, "/spec/allow/commonNames", allow.common_names, why_no_subject_text,
               as_it_is);
    check_usages(findings, "/spec/allow/usages", allow.usages);
    check_duration(findings, "/spec/allow/maxDuration", allow.max_duration);
}

}  // namespace

std::vector<Problem> validate(const IssuerSpec& spec) {
    Findings findings;
    std::visit(SourceCheck{findings}, spec.source);
    check_allow(findings, spec.allow);
    return findings.take();
}

}  // namespace stackseal::api
