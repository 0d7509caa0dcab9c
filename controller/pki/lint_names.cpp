// SPDX-License-Identifier: Apache-2.0
// Checks of alternative names. RFC 5280 4.2.1.6, RFC 1035, RFC 5890, RFC 9525.
#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <vector>

#include "controller/pki/check.hpp"

namespace stackseal::pki {

namespace {

using core::concat;

bool no_subject(const Specimen& specimen) {
    return X509_NAME_entry_count(X509_get_subject_name(specimen.x509)) == 0;
}

Finding not_critical_without_subject(const Specimen& specimen) {
    return when(no_subject(specimen) && has_extension(specimen, NID_subject_alt_name) &&
                    !is_critical(specimen, NID_subject_alt_name),
                "subjectAltName is critical if the subject is empty");
}

Finding critical_with_subject(const Specimen& specimen) {
    return when(!no_subject(specimen) && is_critical(specimen, NID_subject_alt_name),
                "subjectAltName should not be critical beside a subject");
}

Finding no_entries(const Specimen& specimen) {
    constexpr std::string_view kEmptySequence("\x30\x00", 2);
    return when(extension_octets(specimen, NID_subject_alt_name) == kEmptySequence,
                "subjectAltName has at least one name");
}

Finding missing(const Specimen& specimen) {
    return when(is_for_servers(specimen) && !has_extension(specimen, NID_subject_alt_name),
                "clients compare a server's subjectAltName only (RFC 9525)");
}

bool holds(const std::vector<std::string>& texts, const std::string& text) {
    return std::ranges::find(texts, text) != texts.end();
}

Finding common_name_beside(const Specimen& specimen) {
    const std::string& text = specimen.facts.subject.common_name;
    const core::Names& names = specimen.facts.names;
    if (specimen.facts.is_ca || text.empty() || names.empty()) return std::nullopt;
    const bool among = holds(names.dns, text) || holds(names.ips, text) ||
                       holds(names.uris, text) || holds(names.emails, text);
    return when(!among, "the common name should be one of the alternative names");
}

Finding duplicate(const Specimen& specimen) {
    std::vector<std::string> sorted = specimen.facts.names.dns;
    std::ranges::sort(sorted);
    const auto twin = std::ranges::adjacent_find(sorted);
    if (twin == sorted.end()) return std::nullopt;
    return concat(*twin, " stands there twice");
}

/// The first DNS name with the fault, as a finding.
template <class Fault>
Finding any_dns(const Specimen& specimen, std::string_view sentence, Fault fault) {
    const auto found = std::ranges::find_if(specimen.facts.names.dns, fault);
    if (found == specimen.facts.names.dns.end()) return std::nullopt;
    return concat(*found, ": ", sentence);
}

std::vector<std::string_view> labels_of(std::string_view name) {
    std::vector<std::string_view> labels;
    while (true) {
        const std::size_t dot = name.find('.');
        labels.push_back(name.substr(0, dot));
        if (dot == std::string_view::npos) return labels;
        name.remove_prefix(dot + 1);
    }
}

/// The same, for faults of a single label.
template <class Fault>
Finding any_label(const Specimen& specimen, std::string_view sentence, Fault fault) {
    return any_dns(specimen, sentence, [&](std::string_view name) {
        return std::ranges::any_of(labels_of(name), fault);
    });
}

Finding wildcard_not_first(const Specimen& specimen) {
    return any_dns(specimen, "a wildcard is the whole first label", [](std::string_view name) {
        if (name.starts_with("*.")) name.remove_prefix(2);
        return name.find('*') != std::string_view::npos;
    });
}

Finding empty_label(const Specimen& specimen) {
    return any_label(specimen, "a label, and the place behind the last dot, is not empty",
                     [](std::string_view label) { return label.empty(); });
}

Finding long_label(const Specimen& specimen) {
    return any_label(specimen, "a label has at most 63 octets",
                     [](std::string_view label) { return label.size() > 63; });
}

Finding long_name(const Specimen& specimen) {
    return any_dns(specimen, "a name has at most 253 octets",
                   [](std::string_view name) { return name.size() > 253; });
}

bool is_strange(char letter) {
    return !(letter >= 'a' && letter <= 'z') && !(letter >= '0' && letter <= '9') &&
           letter != '-' && letter != '_' && letter != '*';
}

Finding bad_character(const Specimen& specimen) {
    return any_label(specimen, "a label has letters, digits and hyphens",
                     [](std::string_view label) { return std::ranges::any_of(label, is_strange); });
}

Finding underscore(const Specimen& specimen) {
    return any_label(specimen, "an underscore is no letter of host names",
                     [](std::string_view label) { return label.find('_') != label.npos; });
}

Finding hyphen_at_end(const Specimen& specimen) {
    return any_label(
        specimen, "a label neither begins nor ends with a hyphen",
        [](std::string_view label) { return label.starts_with('-') || label.ends_with('-'); });
}

Finding reserved_label(const Specimen& specimen) {
    return any_label(
        specimen, "only xn-- may have two hyphens at the third place", [](std::string_view label) {
            return label.size() > 3 && label.substr(2, 2) == "--" && !label.starts_with("xn--");
        });
}

Finding looks_like_address(const Specimen& specimen) {
    return any_dns(specimen, "an address is an iPAddress, not a dNSName",
                   [](const std::string& name) {
                       std::array<unsigned char, 16> bytes{};
                       return inet_pton(AF_INET, name.c_str(), bytes.data()) == 1 ||
                              inet_pton(AF_INET6, name.c_str(), bytes.data()) == 1;
                   });
}

Finding mapped_address(const Specimen& specimen) {
    return when(
        std::ranges::any_of(specimen.facts.names.ips,
                            [](const std::string& ip) { return ip.starts_with("::ffff:"); }),
        "no client compares IPv4 inside IPv6");
}

bool is_scheme_letter(char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
           (letter >= '0' && letter <= '9') || letter == '+' || letter == '-' || letter == '.';
}

bool is_relative(std::string_view uri) {
    const auto scheme = uri.substr(0, uri.find(':'));
    return scheme.empty() || scheme.size() == uri.size() || scheme[0] < 'A' ||
           !std::ranges::all_of(scheme, is_scheme_letter);
}

Finding relative_uri(const Specimen& specimen) {
    return when(std::ranges::any_of(specimen.facts.names.uris, is_relative), "a URI has a scheme");
}

bool is_no_mailbox(std::string_view address) {
    const std::size_t sign = address.rfind('@');
    return sign == std::string_view::npos || sign == 0 || sign + 1 == address.size();
}

Finding bad_mail(const Specimen& specimen) {
    return when(std::ranges::any_of(specimen.facts.names.emails, is_no_mailbox),
                "a mail address has a part on either side of '@'");
}

constexpr std::array<Check, 18> kChecks = {{
    {"ext_san_not_critical_without_subject", Weight::kForbidden, not_critical_without_subject},
    {"ext_san_critical_with_subject_dn", Weight::kAdvice, critical_with_subject},
    {"ext_san_no_entries", Weight::kForbidden, no_entries},
    {"ext_san_missing", Weight::kAdvice, missing},
    {"subject_common_name_not_exactly_from_san", Weight::kAdvice, common_name_beside},
    {"san_dns_name_duplicate", Weight::kAdvice, duplicate},
    {"san_wildcard_not_first", Weight::kForbidden, wildcard_not_first},
    {"dnsname_empty_label", Weight::kForbidden, empty_label},
    {"dnsname_label_too_long", Weight::kForbidden, long_label},
    {"dnsname_too_long", Weight::kForbidden, long_name},
    {"dnsname_bad_character_in_label", Weight::kForbidden, bad_character},
    {"dnsname_underscore_in_label", Weight::kAdvice, underscore},
    {"dnsname_hyphen_at_end_of_label", Weight::kAdvice, hyphen_at_end},
    {"idn_dnsname_reserved_label", Weight::kAdvice, reserved_label},
    {"dnsname_is_ip_address", Weight::kAdvice, looks_like_address},
    {"ext_san_ip_mapped", Weight::kAdvice, mapped_address},
    {"ext_san_uri_relative", Weight::kForbidden, relative_uri},
    {"ext_san_rfc822_format_invalid", Weight::kForbidden, bad_mail},
}};

}  // namespace

std::span<const Check> name_checks() {
    return kChecks;
}

}  // namespace stackseal::pki
