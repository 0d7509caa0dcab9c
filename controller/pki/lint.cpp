// SPDX-License-Identifier: Apache-2.0
// Runs the tables of checks over one certificate.
#include <algorithm>
#include <array>

#include "controller/pki/certificate.hpp"
#include "controller/pki/check.hpp"
#include "controller/pki/inspect.hpp"
#include "controller/pki/pem.hpp"
#include "controller/pki/sign.hpp"

namespace stackseal::pki {

namespace {

using core::concat;

constexpr std::array kTables = {structure_checks, extension_checks, usage_checks, key_checks,
                                subject_checks,   name_checks,      issuer_checks};

core::Result<StoredCertificate> read_single(std::string_view pem) {
    STACKSEAL_TRY(auto read, read_certificates(pem));
    if (read.size() != 1) return corrupt("one certificate is judged at a time, not ", read.size());
    return std::move(read.front());
}

std::vector<std::string> findings_of(const Specimen& specimen, Weight weight) {
    std::vector<std::string> findings;
    for (const auto& table : kTables)
        for (const Check& check : table()) {
            if (check.weight != weight) continue;
            if (const Finding found = check.look(specimen))
                findings.push_back(concat(check.name, ": ", *found));
        }
    drain();
    return findings;
}

int place_of(const Specimen& specimen, int nid) {
    return X509_get_ext_by_NID(specimen.x509, nid, -1);
}

}  // namespace

bool has_usage(const Specimen& specimen, core::Usage usage) {
    return std::ranges::binary_search(specimen.facts.usages, usage);
}

bool has_extension(const Specimen& specimen, int nid) {
    return place_of(specimen, nid) >= 0;
}

bool is_critical(const Specimen& specimen, int nid) {
    const int place = place_of(specimen, nid);
    return place >= 0 && X509_EXTENSION_get_critical(X509_get_ext(specimen.x509, place)) == 1;
}

std::string_view extension_octets(const Specimen& specimen, int nid) {
    const int place = place_of(specimen, nid);
    if (place < 0) return {};
    return view(X509_EXTENSION_get_data(X509_get_ext(specimen.x509, place)));
}

bool is_for_servers(const Specimen& specimen) {
    if (specimen.facts.is_ca) return false;
    return has_usage(specimen, core::Usage::kServerAuth) ||
           !has_extension(specimen, NID_ext_key_usage);
}

std::vector<std::string> Inspector::lint(std::string_view pem,
                                         const core::CertificateFacts* issuer) {
    auto read = read_single(pem);
    if (!read) return {concat("unparsable: ", read.error().message)};
    const Specimen specimen{read->x509.get(), std::move(read->facts), issuer};
    auto findings = findings_of(specimen, Weight::kForbidden);
    if (findings.empty())
        remember(std::make_shared<const core::CertificateFacts>(specimen.facts), pem.size());
    return findings;
}

std::vector<std::string> lint(std::string_view pem, const core::CertificateFacts* issuer) {
    return Inspector().lint(pem, issuer);
}

std::vector<std::string> advise(std::string_view pem, const core::CertificateFacts* issuer) {
    auto read = read_single(pem);
    if (!read) return {};  // lint says it
    return findings_of({read->x509.get(), std::move(read->facts), issuer}, Weight::kAdvice);
}

}  // namespace stackseal::pki
