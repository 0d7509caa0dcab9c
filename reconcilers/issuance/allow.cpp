// SPDX-License-Identifier: Apache-2.0
// Each kind of name against its list; once any list names something, the unlisted kinds are closed.
#include "reconcilers/issuance/allow.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>

#include "controller/core/concat.hpp"
#include "controller/core/duration.hpp"
#include "reconcilers/issuance/profile.hpp"

namespace stackseal::issuance {

namespace {

using api::Allow;
using core::concat;

struct Address {
    std::array<unsigned char, 16> bytes{};
    int length = 0;  ///< in octets; 0: not an address
};

Address parse(std::string_view text) {
    Address address;
    const std::string copy(text);
    if (inet_pton(AF_INET, copy.c_str(), address.bytes.data()) == 1)
        address.length = 4;
    else if (inet_pton(AF_INET6, copy.c_str(), address.bytes.data()) == 1)
        address.length = 16;
    return address;
}

bool same_prefix(const Address& a, const Address& b, int bits) {
    for (int bit = 0; bit < bits; ++bit) {
        const auto at = static_cast<std::size_t>(bit / 8);
        const int mask = 0x80 >> (bit % 8);
        if ((a.bytes[at] & mask) != (b.bytes[at] & mask)) return false;
    }
    return true;
}

bool matches_pattern(std::string_view value, std::string_view pattern) {
    if (!pattern.ends_with('*')) return value == pattern;
    return value.starts_with(pattern.substr(0, pattern.size() - 1));
}

bool matches_mailbox(std::string_view mail, std::string_view listed) {
    const std::size_t at = mail.find('@');
    const std::string_view domain = at == std::string_view::npos ? "" : mail.substr(at + 1);
    return mail == listed || domain == listed ||
           (listed.starts_with('@') && domain == listed.substr(1));
}

using Match = bool (*)(std::string_view, std::string_view);

std::optional<std::string> first_outside(const std::vector<std::string>& names,
                                         const std::vector<std::string>& listed, Match match) {
    for (const std::string& name : names)
        if (std::ranges::none_of(listed, [&](const auto& entry) { return match(name, entry); }))
            return name;
    return std::nullopt;
}

bool lists_names(const Allow& allow) {
    return !allow.dns_domains.empty() || !allow.ip_ranges.empty() || !allow.uris.empty() ||
           !allow.emails.empty() || !allow.common_names.empty();
}

std::optional<Halt> denied(const api::Issuer& issuer, std::string what) {
    return Halt{core::reason::kDeniedByIssuer, concat("Issuer ", issuer.meta.space, "/",
                                                      issuer.meta.name, " does not allow ", what)};
}

std::optional<Halt> refuse_names(const api::Issuer& issuer, const Demand& demand) {
    struct Kind {
        const std::vector<std::string>& names;
        const std::vector<std::string>& listed;
        Match match;
        std::string_view field;
        std::string_view list;
    };
    const Allow& allow = issuer.spec.allow;
    const std::array kinds = {
        Kind{demand.names.dns, allow.dns_domains, in_domain, "dnsNames", "dnsDomains"},
        Kind{demand.names.ips, allow.ip_ranges, in_range, "ipAddresses", "ipRanges"},
        Kind{demand.names.uris, allow.uris, matches_pattern, "uris", "uris"},
        Kind{demand.names.emails, allow.emails, matches_mailbox, "emailAddresses", "emails"}};
    for (const Kind& kind : kinds)
        if (const auto name = first_outside(kind.names, kind.listed, kind.match))
            return denied(issuer, concat(kind.field, " \"", *name, "\"; add it to allow.",
                                         kind.list, " or take it out"));
    return std::nullopt;
}

bool names_it(const std::vector<std::string>& names, const std::string& wanted) {
    return std::ranges::find(names, wanted) != names.end();
}

std::optional<Halt> refuse_common_name(const api::Issuer& issuer, const Demand& demand) {
    const std::string& name = demand.subject.common_name;
    const core::Names& names = demand.names;
    if (name.empty() || names_it(names.dns, name) || names_it(names.ips, name) ||
        names_it(names.uris, name) || names_it(names.emails, name) ||
        first_outside({name}, issuer.spec.allow.common_names, matches_pattern) == std::nullopt)
        return std::nullopt;
    return denied(issuer, concat("commonName \"", name,
                                 "\", which is none of the alternative names; make it one, or add "
                                 "it to allow.commonNames"));
}

std::optional<Halt> refuse_usages(const api::Issuer& issuer, const Demand& demand) {
    const auto& listed = issuer.spec.allow.usages;
    if (listed.empty()) return std::nullopt;
    for (const core::Usage usage : effective_usages(demand, core::KeyAlgorithm::kEcdsa)) {
        const bool asked = std::ranges::find(demand.usages, usage) != demand.usages.end();
        if (!asked && !core::is_extended(usage)) continue;  // what the key itself needs
        if (std::ranges::find(listed, usage) == listed.end())
            return denied(issuer, concat("usage \"", core::usage_text(usage),
                                         "\"; add it to allow.usages or ask for another"));
    }
    return std::nullopt;
}

std::optional<Halt> refuse_duration(const api::Issuer& issuer, const Demand& demand) {
    const auto& most = issuer.spec.allow.max_duration;
    if (!most || !demand.duration || *demand.duration <= *most) return std::nullopt;
    return denied(issuer, concat("duration ", core::format_duration(*demand.duration), "; at most ",
                                 core::format_duration(*most), " (allow.maxDuration)"));
}

std::optional<Halt> refuse_ca(const api::Issuer& issuer, const Demand& demand) {
    const bool self_signed = std::holds_alternative<api::SelfSigned>(issuer.spec.source);
    if (!demand.is_ca || issuer.spec.allow.is_ca.value_or(self_signed)) return std::nullopt;
    return denied(issuer, "isCA; set allow.isCA: true on the Issuer to have it sign CAs");
}

std::optional<Halt> refuse_listed(const api::Issuer& issuer, const Demand& demand) {
    if (!lists_names(issuer.spec.allow)) return std::nullopt;
    if (auto halt = refuse_names(issuer, demand)) return halt;
    return refuse_common_name(issuer, demand);
}

}  // namespace

bool in_range(std::string_view address, std::string_view cidr) {
    const std::size_t slash = cidr.find('/');
    const Address wanted = parse(address);
    const Address base = parse(cidr.substr(0, slash));
    int bits = base.length * 8;
    if (slash != std::string_view::npos) {
        const std::string_view text = cidr.substr(slash + 1);
        std::from_chars(text.data(), text.data() + text.size(), bits);
    }
    return wanted.length != 0 && wanted.length == base.length && bits >= 0 &&
           bits <= base.length * 8 && same_prefix(wanted, base, bits);
}

bool in_domain(std::string_view name, std::string_view domain) {
    if (name.starts_with("*.")) {
        name.remove_prefix(2);  // every name that the wildcard covers lies below this
    } else if (name == domain) {
        return true;
    }
    const std::string below = concat(".", domain);
    return name == domain || name.ends_with(below);
}

bool admits(const api::Issuer& issuer, const Requester& requester) {
    const api::AllowedNamespaces& allowed = issuer.spec.allow.namespaces;
    if (requester.space == issuer.meta.space) return true;
    switch (allowed.from) {
        case api::NamespacesFrom::kSame:
            return false;
        case api::NamespacesFrom::kNames:
            return names_it(allowed.names, requester.space);
        case api::NamespacesFrom::kAll:
            return true;
        case api::NamespacesFrom::kSelector:
            return std::ranges::all_of(allowed.match_labels, [&](const auto& label) {
                const auto it = requester.labels.find(label.first);
                return it != requester.labels.end() && it->second == label.second;
            });
    }
    return false;
}

std::optional<Halt> find_refusal(const api::Issuer& issuer, const Requester& requester,
                                 const Demand& demand) {
    if (!admits(issuer, requester))
        return denied(issuer, concat("namespace ", requester.space,
                                     "; add it to allow.namespaces of the Issuer"));
    if (demand.lasting) return std::nullopt;
    for (const auto rule : {refuse_ca, refuse_listed, refuse_usages, refuse_duration})
        if (auto halt = rule(issuer, demand)) return halt;
    return std::nullopt;
}

}  // namespace stackseal::issuance
