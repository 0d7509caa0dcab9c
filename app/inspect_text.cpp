// SPDX-License-Identifier: Apache-2.0
// The report as lines of text.
#include <algorithm>

#include "app/inspect_render.hpp"
#include "controller/core/concat.hpp"

namespace stackseal::app {

namespace {

using core::concat;
using core::KeyState;

constexpr std::size_t kLabelWidth = 13;

/// "  issuer       CN=root".
std::string row(std::string_view label, std::string_view value) {
    const std::size_t blanks = kLabelWidth - std::min(kLabelWidth - 1, label.size());
    return concat("  ", label, std::string(blanks, ' '), value.empty() ? "none" : value, "\n");
}

void append_names(std::vector<std::string>& all, std::string_view kind,
                  const std::vector<std::string>& names) {
    for (const std::string& name : names) all.push_back(concat(kind, " ", name));
}

std::string names_text(const core::Names& names) {
    std::vector<std::string> all;
    append_names(all, "DNS", names.dns);
    append_names(all, "IP", names.ips);
    append_names(all, "URI", names.uris);
    append_names(all, "email", names.emails);
    return core::join(all, ", ");
}

std::string usages_text(const std::vector<core::Usage>& usages) {
    std::vector<std::string_view> all;
    for (const core::Usage usage : usages) all.push_back(core::usage_text(usage));
    return core::join(all, ", ");
}

std::string ca_text(const core::CertificateFacts& facts) {
    if (!facts.is_ca) return "no";
    return facts.max_path_len ? concat("yes, path length ", *facts.max_path_len) : "yes";
}

std::string days(std::int64_t count) {
    return concat(count, count == 1 ? " day" : " days");
}

std::string validity_text(const core::CertificateFacts& facts, core::Time now) {
    const std::int64_t left = days_left(facts, now);
    const std::string rest = now > facts.not_after    ? concat("expired ", days(-left - 1), " ago")
                             : now < facts.not_before ? std::string("not yet valid")
                                                      : concat(days(left), " left");
    return concat(core::format_rfc3339(facts.not_before), " to ",
                  core::format_rfc3339(facts.not_after), ", ", rest);
}

std::string certificate_text(const Described& one, core::Time now) {
    const core::CertificateFacts& facts = one.facts;
    return row("subject", one.subject) +
           row("issuer", facts.self_signed ? concat(one.issuer, " (self-signed)") : one.issuer) +
           row("names", names_text(facts.names)) +
           row("key", facts.key ? core::to_string(*facts.key) : "of another kind") +
           row("usages", usages_text(facts.usages)) + row("CA", ca_text(facts)) +
           row("valid", validity_text(facts, now)) + row("serial", facts.serial) +
           row("SHA-256", facts.fingerprint) + row("key id", facts.subject_key_id) +
           row("issuer key", facts.authority_key_id);
}

std::string all_text(std::string_view what, const std::vector<Described>& all, core::Time now) {
    std::string text;
    for (std::size_t i = 0; i < all.size(); ++i)
        text +=
            concat("\n", what, " ", i + 1, " of ", all.size(), "\n", certificate_text(all[i], now));
    return text;
}

std::string match_text(const KeyReport& key) {
    if (key.state == KeyState::kUnreadable) return "unreadable";
    if (key.alone) return "no certificate beside it";
    return key.state == KeyState::kMatches ? "belongs to certificate 1"
                                           : "does not belong to certificate 1";
}

std::string key_text(const std::optional<KeyReport>& key) {
    if (!key) return "";
    std::string text = "\nprivate key\n";
    if (key->spec) text += row("kind", core::to_string(*key->spec));
    if (key->encoding) text += row("encoding", encoding_text(*key->encoding));
    return text + row("match", match_text(*key));
}

std::string served_text(const std::optional<probe::Served>& served) {
    if (!served) return "";
    const probe::Shown& shown = served->shown;
    return concat(
        row("protocol", shown.protocol), row("cipher", shown.cipher),
        row("verified",
            served->verify_problem.empty() ? "yes" : concat("no: ", served->verify_problem)),
        row("client", shown.asks_client_certificate ? "a certificate is asked for"
                                                    : "no certificate is asked for"));
}

std::string list_text(std::string_view title, const std::vector<std::string>& lines) {
    if (lines.empty()) return "";
    std::string text = concat("\n", title, "\n");
    for (const std::string& line : lines) text += concat("  ", line, "\n");
    return text;
}

std::string result_text(std::size_t problems) {
    if (problems == 0) return "\ngood\n";
    return concat("\n", problems, problems == 1 ? " problem" : " problems", "\n");
}

}  // namespace

std::string_view encoding_text(core::KeyEncoding encoding) {
    return encoding == core::KeyEncoding::kPkcs1 ? "PKCS1" : "PKCS8";
}

std::string to_text(const Report& report) {
    return concat(source_text(report.source), " ", report.name, "\n", served_text(report.served),
                  all_text("certificate", report.chain, report.now),
                  all_text("anchor", report.anchors, report.now), key_text(report.key),
                  list_text("notes", report.notes), list_text("problems", report.problems),
                  result_text(report.problems.size()));
}

}  // namespace stackseal::app
