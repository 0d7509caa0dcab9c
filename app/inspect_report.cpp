// SPDX-License-Identifier: Apache-2.0
// Material to facts; the judgement is in inspect_findings.
#include "app/inspect_report.hpp"

#include <utility>

#include "app/inspect_findings.hpp"
#include "controller/pki/inspect.hpp"
#include "controller/pki/pem.hpp"
#include "controller/probe/verify.hpp"

namespace stackseal::app {

namespace {

using core::KeyState;
using core::PairFacts;

/// The text was parsed before, so that every block is a certificate.
std::vector<std::string> single_pems(std::string_view pem) {
    std::vector<std::string> singles;
    pki::PemReader reader(pem);
    for (auto block = reader.next_pem(); block && *block; block = reader.next_pem())
        singles.push_back(pki::to_pem((*block)->label, (*block)->der.reveal()));
    return singles;
}

Described describe(std::string pem, core::CertificateFacts facts) {
    const auto parties = probe::parties_of(pem);
    Described one{std::move(pem), std::move(facts), {}, {}};
    if (!parties) return one;
    one.subject = parties->subject;
    one.issuer = parties->issuer;
    return one;
}

std::vector<Described> describe_all(std::string_view pem, const core::Certificates& facts) {
    std::vector<Described> all;
    if (facts.empty()) return all;
    std::vector<std::string> singles = single_pems(pem);
    for (std::size_t i = 0; i < facts.size() && i < singles.size(); ++i)
        all.push_back(describe(std::move(singles[i]), facts[i]));
    return all;
}

std::optional<KeyReport> key_report(const PairFacts& pair) {
    if (pair.key == KeyState::kMissing) return std::nullopt;
    return KeyReport{pair.key, pair.chain.empty(), pair.key_spec, pair.encoding};
}

}  // namespace

Report make_report(const Material& material, core::Time now) {
    const PairFacts pair =
        pki::inspect_pair(material.chain_pem, material.key_pem.reveal(), material.anchors_pem);
    Report report{.source = material.source, .name = material.name, .now = now};
    report.chain = describe_all(material.chain_pem, pair.chain);
    report.anchors = describe_all(material.anchors_pem, pair.anchors);
    report.key = key_report(pair);
    report.served = material.served;
    report.problems = problems_of(report, material, pair.problem);
    report.notes = notes_of(report, material);
    return report;
}

std::int64_t days_left(const core::CertificateFacts& facts, core::Time now) {
    return std::chrono::floor<std::chrono::days>(facts.not_after - now).count();
}

}  // namespace stackseal::app
