// SPDX-License-Identifier: Apache-2.0
// The report as a document; absent facts are absent keys.
#include "app/inspect_render.hpp"

namespace stackseal::app {

namespace {

using core::KeyState;
using core::Value;

Value texts(const std::vector<std::string>& all) {
    Value::Array items;
    for (const std::string& one : all) items.push_back(Value::of(one));
    return Value::array(std::move(items));
}

Value names_document(const core::Names& names) {
    return Value::object({{"dns", texts(names.dns)},
                          {"ips", texts(names.ips)},
                          {"uris", texts(names.uris)},
                          {"emails", texts(names.emails)}});
}

Value usages_document(const std::vector<core::Usage>& usages) {
    Value::Array items;
    for (const core::Usage usage : usages) items.push_back(Value::of(core::usage_text(usage)));
    return Value::array(std::move(items));
}

Value validity_document(const core::CertificateFacts& facts, core::Time now) {
    return Value::object({{"notBefore", Value::of(core::format_rfc3339(facts.not_before))},
                          {"notAfter", Value::of(core::format_rfc3339(facts.not_after))},
                          {"daysLeft", Value::of(days_left(facts, now))}});
}

Value certificate_document(const Described& one, core::Time now) {
    const core::CertificateFacts& facts = one.facts;
    Value document = Value::object({{"subject", Value::of(one.subject)},
                                    {"issuer", Value::of(one.issuer)},
                                    {"selfSigned", Value::of(facts.self_signed)},
                                    {"names", names_document(facts.names)},
                                    {"isCA", Value::of(facts.is_ca)}});
    if (facts.max_path_len)
        document.set("maxPathLen", Value::of(std::int64_t{*facts.max_path_len}));
    if (facts.key) document.set("key", Value::of(core::to_string(*facts.key)));
    document.set("usages", usages_document(facts.usages));
    document.set("validity", validity_document(facts, now));
    document.set("serial", Value::of(facts.serial));
    document.set("fingerprintSha256", Value::of(facts.fingerprint));
    if (!facts.subject_key_id.empty())
        document.set("subjectKeyId", Value::of(facts.subject_key_id));
    if (!facts.authority_key_id.empty())
        document.set("authorityKeyId", Value::of(facts.authority_key_id));
    return document;
}

Value all_documents(const std::vector<Described>& all, core::Time now) {
    Value::Array items;
    for (const Described& one : all) items.push_back(certificate_document(one, now));
    return Value::array(std::move(items));
}

std::string_view state_text(const KeyReport& key) {
    if (key.state == KeyState::kUnreadable) return "Unreadable";
    if (key.alone) return "Alone";
    return key.state == KeyState::kMatches ? "Matches" : "Mismatched";
}

Value key_document(const KeyReport& key) {
    Value document = Value::object({{"state", Value::of(state_text(key))}});
    if (key.spec) document.set("kind", Value::of(core::to_string(*key.spec)));
    if (key.encoding) document.set("encoding", Value::of(encoding_text(*key.encoding)));
    return document;
}

Value served_document(const probe::Served& served) {
    const probe::Shown& shown = served.shown;
    Value document =
        Value::object({{"protocol", Value::of(shown.protocol)},
                       {"cipher", Value::of(shown.cipher)},
                       {"asksClientCertificate", Value::of(shown.asks_client_certificate)},
                       {"verified", Value::of(served.verify_problem.empty())}});
    if (!served.verify_problem.empty())
        document.set("verifyProblem", Value::of(served.verify_problem));
    if (!served.name_problem.empty()) document.set("nameProblem", Value::of(served.name_problem));
    if (!shown.refusal.empty()) document.set("refusal", Value::of(shown.refusal));
    return document;
}

}  // namespace

Value to_document(const Report& report) {
    Value document = Value::object({{"source", Value::of(source_text(report.source))},
                                    {"name", Value::of(report.name)},
                                    {"good", Value::of(report.problems.empty())},
                                    {"problems", texts(report.problems)},
                                    {"notes", texts(report.notes)}});
    if (report.served) document.set("endpoint", served_document(*report.served));
    if (report.key) document.set("privateKey", key_document(*report.key));
    document.set("certificates", all_documents(report.chain, report.now));
    document.set("anchors", all_documents(report.anchors, report.now));
    return document;
}

}  // namespace stackseal::app
