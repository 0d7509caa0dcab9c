// SPDX-License-Identifier: Apache-2.0
// The shared checks. Messages name the value and the remedy.
#include "controller/api/findings.hpp"

#include <algorithm>
#include <map>

#include "controller/api/decoder.hpp"
#include "controller/core/concat.hpp"
#include "controller/core/duration.hpp"

namespace stackseal::api {

namespace {

using core::concat;
using core::KeyAlgorithm;

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// Source: X.680 41.4, PrintableString.
bool is_printable(char c) {
    return is_letter(c) || (c >= '0' && c <= '9') ||
           std::string_view(" '()+,-./:=?").find(c) != std::string_view::npos;
}

Fault why_no_country(std::string_view text) {
    if (text.size() == 2 && std::ranges::all_of(text, is_letter)) return {};
    return concat(quoted(text), " is no country: give the two letters of ISO 3166, as in DE");
}

Fault why_no_serial_number(std::string_view text) {
    if (std::ranges::all_of(text, is_printable)) return {};
    return concat(quoted(text),
                  " is no serial number: use letters, digits, spaces and '()+,-./:=?");
}

Fault rsa_size_fault(int size) {
    if (size >= 2048 && size <= 4096 && size % 8 == 0) return {};
    return concat(size, " bits are no size of an RSA key; use 2048, 3072 or 4096");
}

Fault ecdsa_size_fault(int size, bool by_default) {
    if (size == 256 || size == 384 || size == 521) return {};
    return concat(size, " is no size of an ECDSA key", by_default ? " (the default algorithm)" : "",
                  "; use 256, 384 or 521", by_default ? ", or set algorithm: RSA" : "");
}

Fault size_fault(const PrivateKeySpec& key) {
    if (!key.size) return {};
    switch (key.algorithm.value_or(KeyAlgorithm::kEcdsa)) {
        case KeyAlgorithm::kRsa:
            return rsa_size_fault(*key.size);
        case KeyAlgorithm::kEcdsa:
            return ecdsa_size_fault(*key.size, !key.algorithm);
        case KeyAlgorithm::kEd25519:
            return concat(*key.size, ": an Ed25519 key has one size only; remove it");
    }
    return {};
}

}  // namespace

void Findings::add(std::string pointer, std::string message) {
    if (problems_.size() < Decoder::kMostProblems)
        problems_.push_back({std::move(pointer), std::move(message)});
}

void Findings::add(std::string pointer, Fault fault) {
    if (fault) add(std::move(pointer), *std::move(fault));
}

std::string as_it_is(std::string_view text) {
    return std::string(text);
}

std::string in_lower_case(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return out;
}

std::string as_address(std::string_view text) {
    return canonical_ip(text).value_or(std::string(text));
}

void check_list(Findings& findings, std::string_view pointer, const std::vector<std::string>& list,
                const std::function<Fault(std::string_view)>& check, Canonical canonical) {
    std::map<std::string, std::size_t> seen;
    for (std::size_t i = 0; i < list.size(); ++i) {
        const std::string at = concat(pointer, '/', i);
        findings.add(at, check(list[i]));
        const auto [first, fresh] = seen.try_emplace(canonical(list[i]), i);
        if (!fresh)
            findings.add(at, concat(quoted(list[i]), " stands already at ", pointer, '/',
                                    first->second, "; remove one"));
    }
}

void check_duration(Findings& findings, std::string_view pointer,
                    std::optional<std::chrono::seconds> duration) {
    if (!duration || *duration >= kShortestDuration) return;
    findings.add(std::string(pointer),
                 concat(core::format_duration(*duration), " is too short; give at least ",
                        core::format_duration(kShortestDuration)));
}

void check_private_key(Findings& findings, std::string_view pointer, const PrivateKeySpec& key) {
    findings.add(concat(pointer, "/size"), size_fault(key));
    if (key.algorithm == KeyAlgorithm::kEd25519 && key.encoding == core::KeyEncoding::kPkcs1)
        findings.add(concat(pointer, "/encoding"),
                     std::string("PKCS1 has no form for an Ed25519 key; use PKCS8"));
}

void check_usages(Findings& findings, std::string_view pointer,
                  const std::vector<core::Usage>& usages) {
    for (std::size_t i = 0; i < usages.size(); ++i) {
        const auto first = std::ranges::find(usages, usages[i]) - usages.begin();
        if (first != static_cast<std::ptrdiff_t>(i))
            findings.add(concat(pointer, '/', i),
                         concat(quoted(core::usage_text(usages[i])), " stands already at ", pointer,
                                '/', first, "; remove one"));
    }
}

void check_issuer_ref(Findings& findings, std::string_view pointer, const IssuerRef& ref) {
    findings.add(concat(pointer, "/name"), why_no_subdomain(ref.name));
    if (ref.kind != "Issuer")
        findings.add(concat(pointer, "/kind"),
                     concat(quoted(ref.kind), " is no kind of issuer that is served; use Issuer"));
    if (ref.group != core::kGroup)
        findings.add(concat(pointer, "/group"),
                     concat(quoted(ref.group), " is not served; use ", core::kGroup));
    if (!ref.space.empty()) findings.add(concat(pointer, "/namespace"), why_no_label(ref.space));
}

Fault why_no_subject_text(std::string_view text) {
    const bool clean = std::ranges::none_of(
        text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
    if (clean) return {};
    return concat(quoted(text), " has a control character; remove it");
}

void check_subject(Findings& findings, std::string_view pointer, const SubjectSpec& subject) {
    const auto check = [&](std::string_view key, const std::vector<std::string>& list) {
        check_list(findings, concat(pointer, '/', key), list, why_no_subject_text, as_it_is);
    };
    check("organizations", subject.organizations);
    check("organizationalUnits", subject.organizational_units);
    check_list(findings, concat(pointer, "/countries"), subject.countries, why_no_country,
               as_it_is);
    check("localities", subject.localities);
    check("provinces", subject.provinces);
    check("streetAddresses", subject.street_addresses);
    check("postalCodes", subject.postal_codes);
    findings.add(concat(pointer, "/serialNumber"), why_no_serial_number(subject.serial_number));
}

}  // namespace stackseal::api
