// SPDX-License-Identifier: Apache-2.0
// One function for each thing that can be wrong; each answers with its lines.
#include "app/inspect_findings.hpp"

#include <algorithm>
#include <initializer_list>

#include "controller/core/concat.hpp"
#include "controller/pki/sign.hpp"
#include "controller/probe/verify.hpp"

namespace stackseal::app {

namespace {

using core::concat;
using core::KeyState;
using Lines = std::vector<std::string>;
using Judge = Lines(std::string_view certificate_pem, const core::CertificateFacts* issuer);

/// How lint names what cannot be judged without the issuer.
constexpr std::string_view kNeedsIssuer = "self_signature_invalid:";

Lines joined(std::initializer_list<Lines> parts) {
    Lines all;
    for (const Lines& part : parts) all.insert(all.end(), part.begin(), part.end());
    return all;
}

std::string called(std::string_view what, std::size_t index, const Described& one) {
    return concat(what, " ", index + 1, " (", one.subject.empty() ? "no subject" : one.subject,
                  ")");
}

Lines date_problems(std::string_view what, const std::vector<Described>& all, core::Time now) {
    Lines lines;
    for (std::size_t i = 0; i < all.size(); ++i) {
        const auto& facts = all[i].facts;
        if (now > facts.not_after)
            lines.push_back(concat(called(what, i, all[i]), " expired at ",
                                   core::format_rfc3339(facts.not_after)));
        if (now < facts.not_before)
            lines.push_back(concat(called(what, i, all[i]), " is not valid before ",
                                   core::format_rfc3339(facts.not_before)));
    }
    return lines;
}

Lines link_problems(const std::vector<Described>& chain) {
    Lines lines;
    for (std::size_t i = 0; i + 1 < chain.size(); ++i) {
        const auto link = probe::check_link(chain[i].pem, chain[i + 1].pem);
        if (!link)
            lines.push_back(concat(called("certificate", i, chain[i]),
                                   " is not issued by the next one: ", link.error().message));
    }
    return lines;
}

/// Dates are told apart, certificate by certificate.
Lines anchor_problems(const Material& material, const Report& report) {
    if (report.chain.empty() || report.anchors.empty()) return {};
    const auto verdict =
        probe::verify({.chain_pem = material.chain_pem, .anchors_pem = material.anchors_pem});
    if (verdict) return {};
    return {concat("ca.crt does not verify the chain: ", verdict.error().message)};
}

Lines key_problems(const Report& report, const Material& material) {
    const bool has_chain = !material.chain_pem.empty();
    if (report.key && report.key->state == KeyState::kMismatched && !report.key->alone)
        return {"the private key does not belong to the first certificate"};
    if (!holds_pair(material.source) || has_chain == !material.key_pem.empty()) return {};
    return {has_chain ? "tls.key is missing" : "tls.crt is missing"};
}

/// The certificate that issued one: the next of the chain, or an anchor of that name.
const core::CertificateFacts* issuer_of(const Report& report, std::size_t index) {
    const core::CertificateFacts& facts = report.chain[index].facts;
    if (facts.self_signed) return nullptr;
    const auto is_issuer = [&](const Described& one) {
        return one.facts.subject_der == facts.issuer_der;
    };
    if (index + 1 < report.chain.size() && is_issuer(report.chain[index + 1]))
        return &report.chain[index + 1].facts;
    const auto anchor = std::ranges::find_if(report.anchors, is_issuer);
    return anchor == report.anchors.end() ? nullptr : &anchor->facts;
}

/// Findings of lint or advice over the chain; an issuer that is not here is no finding.
Lines judged(const Report& report, Judge* judge) {
    Lines lines;
    for (std::size_t i = 0; i < report.chain.size(); ++i) {
        const Described& one = report.chain[i];
        for (const std::string& finding : judge(one.pem, issuer_of(report, i)))
            if (one.facts.self_signed || !finding.starts_with(kNeedsIssuer))
                lines.push_back(concat(called("certificate", i, one), ": ", finding));
    }
    return lines;
}

bool is_outdated(const std::string& protocol) {
    return protocol != "TLSv1.2" && protocol != "TLSv1.3";
}

Lines served_problems(const Report& report, const Material& material) {
    if (!report.served) return {};
    const probe::Served& served = *report.served;
    Lines lines;
    if (!served.name_problem.empty()) lines.push_back(served.name_problem);
    if (material.anchors_given && !served.verify_problem.empty())
        lines.push_back(concat("not verified by the given anchors: ", served.verify_problem));
    if (is_outdated(served.shown.protocol))
        lines.push_back(concat("the server speaks ", served.shown.protocol,
                               "; TLS 1.2 is the least that is safe (RFC 8996)"));
    return lines;
}

/// A private CA is not known to the system, which is no fault of the endpoint.
Lines served_notes(const Report& report, const Material& material) {
    if (!report.served) return {};
    const probe::Served& served = *report.served;
    Lines lines;
    if (!material.anchors_given && !served.verify_problem.empty())
        lines.push_back(concat("not verified by the system's anchors: ", served.verify_problem,
                               "; name others with SSL_CERT_FILE"));
    if (!served.shown.refusal.empty())
        lines.push_back(
            concat("the server broke off after it had shown its chain: ", served.shown.refusal));
    return lines;
}

Lines only(const std::string& line) {
    return line.empty() ? Lines() : Lines{line};
}

}  // namespace

Lines problems_of(const Report& report, const Material& material, const std::string& damage) {
    return joined({only(damage), key_problems(report, material),
                   date_problems("certificate", report.chain, report.now),
                   date_problems("anchor", report.anchors, report.now), link_problems(report.chain),
                   anchor_problems(material, report), served_problems(report, material),
                   judged(report, pki::lint)});
}

Lines notes_of(const Report& report, const Material& material) {
    return joined({material.notes, served_notes(report, material), judged(report, pki::advise)});
}

}  // namespace stackseal::app
