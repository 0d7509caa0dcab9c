// SPDX-License-Identifier: Apache-2.0
// A report, letter by letter, for people and for programs.
#include "app/inspect_render.hpp"

#include <gmock/gmock.h>

#include "controller/text/json.hpp"

namespace stackseal::app {

namespace {

using ::testing::HasSubstr;
using ::testing::Not;

core::Time time_at(std::string_view text) {
    return *core::parse_rfc3339(text);
}

Described leaf() {
    Described one;
    one.subject = "CN=keystone";
    one.issuer = "CN=root";
    one.facts.names = {.dns = {"keystone.example"}, .ips = {"10.0.0.1"}};
    one.facts.usages = {core::Usage::kDigitalSignature, core::Usage::kServerAuth};
    one.facts.not_before = time_at("2026-01-01T00:00:00Z");
    one.facts.not_after = time_at("2026-04-01T00:00:00Z");
    one.facts.serial = "0a0b";
    one.facts.fingerprint = "ff00";
    one.facts.subject_key_id = "11";
    one.facts.authority_key_id = "22";
    one.facts.key = core::KeySpec{};
    return one;
}

Report good_report() {
    Report report;
    report.source = Source::kSecret;
    report.name = "openstack/keystone";
    report.now = time_at("2026-03-31T00:00:00Z");
    report.chain = {leaf()};
    report.key = KeyReport{.state = core::KeyState::kMatches,
                           .spec = core::KeySpec{},
                           .encoding = core::KeyEncoding::kPkcs1};
    return report;
}

TEST(ToText, ShowsAllFacts) {
    EXPECT_EQ(to_text(good_report()), R"(Secret openstack/keystone

certificate 1 of 1
  subject      CN=keystone
  issuer       CN=root
  names        DNS keystone.example, IP 10.0.0.1
  key          ECDSA-256
  usages       digital signature, server auth
  CA           no
  valid        2026-01-01T00:00:00Z to 2026-04-01T00:00:00Z, 1 day left
  serial       0a0b
  SHA-256      ff00
  key id       11
  issuer key   22

private key
  kind         ECDSA-256
  encoding     PKCS1
  match        belongs to certificate 1

good
)");
}

TEST(ToText, ShowsAnAuthority) {
    Report report = good_report();
    Described& root = report.anchors.emplace_back(leaf());
    root.issuer = root.subject;
    root.facts.self_signed = true;
    root.facts.is_ca = true;
    root.facts.max_path_len = 0;
    root.facts.key = {};
    root.facts.names = {};
    root.facts.authority_key_id.clear();
    const std::string text = to_text(report);
    const std::string shown = text.substr(text.find("anchor 1 of 1\n"));
    EXPECT_THAT(shown, HasSubstr("  issuer       CN=keystone (self-signed)\n"));
    EXPECT_THAT(shown, HasSubstr("  names        none\n"));
    EXPECT_THAT(shown, HasSubstr("  key          of another kind\n"));
    EXPECT_THAT(shown, HasSubstr("  CA           yes, path length 0\n"));
    EXPECT_THAT(shown, HasSubstr("  issuer key   none\n"));
}

TEST(ToText, SaysWhenItExpires) {
    struct {
        const char* now;
        const char* shown;
    } const cases[] = {{"2025-12-31T00:00:00Z", ", not yet valid\n"},
                       {"2026-01-01T00:00:00Z", ", 90 days left\n"},
                       {"2026-04-01T00:00:00Z", ", 0 days left\n"},
                       {"2026-04-01T00:00:01Z", ", expired 0 days ago\n"},
                       {"2026-04-02T00:00:01Z", ", expired 1 day ago\n"},
                       {"2026-04-03T00:00:00Z", ", expired 1 day ago\n"},
                       {"2026-04-03T00:00:01Z", ", expired 2 days ago\n"}};
    for (const auto& each : cases) {
        Report report = good_report();
        report.now = time_at(each.now);
        EXPECT_THAT(to_text(report), HasSubstr(each.shown)) << each.now;
    }
}

TEST(ToText, EndsWithNotesAndProblems) {
    Report report = good_report();
    report.notes = {"a note"};
    report.problems = {"first"};
    EXPECT_THAT(to_text(report),
                HasSubstr("\nnotes\n  a note\n\nproblems\n  first\n\n1 problem\n"));
    report.problems = {"first", "second"};
    EXPECT_THAT(to_text(report), HasSubstr("\n\n2 problems\n"));
}

TEST(ToText, SaysWhatTheKeyIs) {
    Report report = good_report();
    report.key = KeyReport{.state = core::KeyState::kUnreadable};
    EXPECT_THAT(to_text(report), HasSubstr("\nprivate key\n  match        unreadable\n"));
    report.key = KeyReport{.state = core::KeyState::kMismatched};
    EXPECT_THAT(to_text(report), HasSubstr("  match        does not belong to certificate 1\n"));
    report.key = KeyReport{.state = core::KeyState::kMismatched, .alone = true};
    EXPECT_THAT(to_text(report), HasSubstr("  match        no certificate beside it\n"));
    report.key = {};
    EXPECT_THAT(to_text(report), Not(HasSubstr("private key")));
}

TEST(ToText, ShowsAnEndpoint) {
    Report report = good_report();
    report.source = Source::kEndpoint;
    report.name = "10.0.0.1:443";
    report.served = probe::Served{
        .shown = {.protocol = "TLSv1.3", .cipher = "TLS_X", .asks_client_certificate = true},
        .verify_problem = "unknown"};
    EXPECT_THAT(to_text(report), ::testing::StartsWith(R"(endpoint 10.0.0.1:443
  protocol     TLSv1.3
  cipher       TLS_X
  verified     no: unknown
  client       a certificate is asked for
)"));
}

TEST(ToDocument, HoldsTheSame) {
    Report report = good_report();
    report.problems = {"first"};
    report.served = probe::Served{.shown = {.protocol = "TLSv1.3", .cipher = "TLS_X"}};
    const auto expected = text::parse_json(R"({
        "source": "Secret", "name": "openstack/keystone", "good": false,
        "problems": ["first"], "notes": [],
        "endpoint": {"protocol": "TLSv1.3", "cipher": "TLS_X", "asksClientCertificate": false,
                     "verified": true},
        "privateKey": {"state": "Matches", "kind": "ECDSA-256", "encoding": "PKCS1"},
        "certificates": [{
            "subject": "CN=keystone", "issuer": "CN=root", "selfSigned": false,
            "names": {"dns": ["keystone.example"], "ips": ["10.0.0.1"], "uris": [], "emails": []},
            "isCA": false, "key": "ECDSA-256", "usages": ["digital signature", "server auth"],
            "validity": {"notBefore": "2026-01-01T00:00:00Z", "notAfter": "2026-04-01T00:00:00Z",
                         "daysLeft": 1},
            "serial": "0a0b", "fingerprintSha256": "ff00", "subjectKeyId": "11",
            "authorityKeyId": "22"}],
        "anchors": []})");
    ASSERT_TRUE(expected) << expected.error().message;
    EXPECT_EQ(to_document(report), *expected) << text::to_pretty_json(to_document(report));
}

TEST(ToDocument, LeavesOutWhatIsAbsent) {
    Report report = good_report();
    report.key = {};
    const core::Value document = to_document(report);
    EXPECT_EQ(document.find("privateKey"), nullptr);
    EXPECT_EQ(document.find("endpoint"), nullptr);
    EXPECT_EQ(*document.find("good"), core::Value::of(true));
}

}  // namespace

}  // namespace stackseal::app
