// SPDX-License-Identifier: Apache-2.0
// Each reason for a reissue, by the one thing that differs; and that nothing else is one.
#include "reconcilers/issuance/defects.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "tests/support/issuance_builders.hpp"

namespace stackseal::issuance {
namespace {

using tests::kNow;
namespace reason = core::reason;

struct Row {
    const char* name;
    std::function<void(Observed&, api::SecretFacts&, api::SecretFacts&)> change;
    core::Reason expected;  // "": good
};

void PrintTo(const Row& row, std::ostream* out) {
    *out << row.name;
}

class Defects : public ::testing::TestWithParam<Row> {};

TEST_P(Defects, AreFoundByTheirReason) {
    Observed observed = tests::good();
    api::SecretFacts secret = tests::leaf_secret();
    api::SecretFacts signer = tests::ca_secret();
    GetParam().change(observed, secret, signer);
    if (observed.secret) observed.secret = tests::snapshot(secret);
    if (observed.signer) observed.signer = tests::snapshot(signer);
    const auto defect = find_defect(observed, kNow);
    EXPECT_EQ(defect ? defect->reason : core::Reason(), GetParam().expected)
        << (defect ? defect->message : "");
}

const std::vector<Row> kRows = {
    {"AllAsItShouldBe", [](auto&, auto&, auto&) {}, ""},
    {"Absent", [](auto& o, auto&, auto&) { o.secret = nullptr; }, reason::kDoesNotExist},
    {"NoKey", [](auto&, auto& s, auto&) { s.sizes.erase("tls.key"); }, reason::kMissingData},
    {"EmptyCertificate", [](auto&, auto& s, auto&) { s.sizes["tls.crt"] = 0; },
     reason::kMissingData},
    {"Unreadable", [](auto&, auto& s, auto&) { s.pair.chain.clear(); },
     reason::kInvalidCertificate},
    {"UnreadableKey", [](auto&, auto& s, auto&) { s.pair.key = core::KeyState::kUnreadable; },
     reason::kInvalidKeyPair},
    {"KeyOfAnother", [](auto&, auto& s, auto&) { s.pair.key = core::KeyState::kMismatched; },
     reason::kInvalidKeyPair},
    {"Edited", [](auto&, auto& s, auto&) { s.pair_digest = "d2"; }, reason::kSecretModified},
    {"OtherIssuerName", [](auto& o, auto&, auto&) { o.demand.issuer.name = "other"; },
     reason::kIncorrectIssuer},
    {"OtherIssuerNamespace", [](auto& o, auto&, auto&) { o.demand.issuer.space = "other"; },
     reason::kIncorrectIssuer},
    {"IssuerUnknownToTheSecret",
     [](auto&, auto& s, auto&) { s.meta.annotations.erase(std::string(api::kIssuerName)); },
     reason::kIncorrectIssuer},
    {"SignerHasANewKey", [](auto&, auto&, auto& ca) { ca.pair.chain[0].subject_key_id = "5c2"; },
     reason::kSignerChanged},
    {"SignerHasANewName", [](auto&, auto&, auto& ca) { ca.pair.chain[0].subject_der = "30bb"; },
     reason::kSignerChanged},
    {"SignerRenewedWithItsKey",
     [](auto&, auto&, auto& ca) { ca.pair.chain[0].fingerprint = "f-ca-2"; }, ""},
    {"SignerGone", [](auto& o, auto&, auto&) { o.signer = nullptr; }, ""},
    {"ShouldSignItself",
     [](auto& o, auto&, auto&) {
         o.demand.signer = OwnKey{};
         o.signer = nullptr;
     },
     reason::kSignerChanged},
    {"OtherAlgorithm",
     [](auto& o, auto&, auto&) { o.demand.key.algorithm = core::KeyAlgorithm::kRsa; },
     reason::kSecretMismatch},
    {"OtherSize", [](auto& o, auto&, auto&) { o.demand.key.size = 384; }, reason::kSecretMismatch},
    {"OtherEncoding",
     [](auto& o, auto&, auto&) { o.demand.key.encoding = core::KeyEncoding::kPkcs1; },
     reason::kSecretMismatch},
    {"Ed25519HasOneEncodingOnly",
     [](auto& o, auto& s, auto&) {
         o.demand.key.encoding = core::KeyEncoding::kPkcs1;
         s.pair.key_spec = core::KeySpec{core::KeyAlgorithm::kEd25519, 0};
     },
     ""},
    {"MoreNames", [](auto& o, auto&, auto&) { o.demand.names.dns.push_back("b.example.com"); },
     reason::kRequestChanged},
    {"NamesInAnotherOrder",
     [](auto& o, auto& s, auto&) {
         o.demand.names.dns = {"a.example.com", "b.example.com"};
         s.pair.chain[0].names.dns = {"b.example.com", "a.example.com"};
     },
     ""},
    {"AnAddress", [](auto& o, auto&, auto&) { o.demand.names.ips = {"10.0.0.1"}; },
     reason::kRequestChanged},
    {"OtherCommonName", [](auto& o, auto&, auto&) { o.demand.subject.common_name = "x"; },
     reason::kRequestChanged},
    {"OtherOrganization", [](auto& o, auto&, auto&) { o.demand.subject.organizations = {"ACME"}; },
     reason::kRequestChanged},
    {"ShouldBeCa", [](auto& o, auto&, auto&) { o.demand.is_ca = true; }, reason::kRequestChanged},
    {"OtherUsages", [](auto& o, auto&, auto&) { o.demand.usages = {core::Usage::kClientAuth}; },
     reason::kRequestChanged},
    {"SameUsagesAsked", [](auto& o, auto&, auto&) { o.demand.usages = {core::Usage::kServerAuth}; },
     ""},
    {"UsagesNotConstrained",
     [](auto&, auto& s, auto&) { s.pair.chain[0].usages = {core::Usage::kClientAuth}; }, ""},
    {"OtherDuration", [](auto& o, auto&, auto&) { o.demand.duration = std::chrono::hours(24); },
     reason::kRequestChanged},
    {"DurationCutByTheSignersEnd",
     [](auto& o, auto& s, auto& ca) {
         o.demand.duration = std::chrono::hours(4000);
         ca.pair.chain[0].not_after = s.pair.chain[0].not_after;
     },
     ""},
    {"ReissueAsked", [](auto& o, auto&, auto&) { o.demand.reissue = "2"; },
     reason::kReissueRequested},
    {"ReissueDone",
     [](auto& o, auto& s, auto&) {
         o.demand.reissue = "2";
         s.meta.annotations[std::string(api::kReissue)] = "2";
     },
     ""},
    {"ReissueTakenBack",
     [](auto&, auto& s, auto&) { s.meta.annotations[std::string(api::kReissue)] = "2"; }, ""},
    {"Due",
     [](auto&, auto& s, auto&) {
         s.pair.chain[0].not_after = kNow + std::chrono::hours(24);
         s.pair.chain[0].not_before = kNow - std::chrono::hours(2136);
     },
     reason::kRenewing},
    {"AskedToRenewEarly",
     [](auto& o, auto& s, auto&) {
         o.demand.renewal.before = std::chrono::hours(1600);
         s.pair.chain[0].not_before = kNow - std::chrono::hours(1000);
         s.pair.chain[0].not_after = kNow + std::chrono::hours(1160);
     },
     reason::kRenewing},
    {"AskedToRenewAtOnce",
     [](auto& o, auto&, auto&) { o.demand.renewal.before = std::chrono::hours(2150); }, ""},
    {"Expired",
     [](auto&, auto& s, auto&) {
         s.pair.chain[0].not_after = kNow;
         s.pair.chain[0].not_before = kNow - std::chrono::hours(2160);
     },
     reason::kExpired},
    {"LabelsOfOthers", [](auto&, auto& s, auto&) { s.meta.labels["team"] = "x"; }, ""},
};

INSTANTIATE_TEST_SUITE_P(Table, Defects, ::testing::ValuesIn(kRows),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(RenewalTime, IsTheSameAtEachCallAndInTheLastThird) {
    const auto secret = tests::leaf_secret();
    const core::Time due = renewal_of(tests::leaf_demand(), secret);
    EXPECT_EQ(due, renewal_of(tests::leaf_demand(), secret));
    const auto& leaf = secret.pair.chain[0];
    EXPECT_LE(due, leaf.not_after - std::chrono::hours(720));
    EXPECT_GE(due, leaf.not_after - std::chrono::hours(792));
}

TEST(Conflict, NamesTheOwnerAndNeverOursIsTouched) {
    api::SecretFacts secret = tests::leaf_secret();
    EXPECT_FALSE(find_conflict(tests::leaf_demand(), secret));
    secret.meta.annotations[std::string(api::kCertificateName)] = "glance";
    const auto conflict = find_conflict(tests::leaf_demand(), secret);
    ASSERT_TRUE(conflict);
    EXPECT_EQ(conflict->reason, reason::kSecretConflict);
    EXPECT_THAT(conflict->message, ::testing::HasSubstr("Certificate openstack/glance"));
    secret = tests::leaf_secret();
    secret.meta.labels.clear();
    EXPECT_TRUE(find_conflict(tests::leaf_demand(), secret)) << "annotation without label";
}

TEST(Anchors, AreTheRootElseWhatIsGivenElseTheTop) {
    Observed observed = tests::good();
    const auto expected = [&](const std::function<void(core::PairFacts&)>& change) {
        api::SecretFacts signer = tests::ca_secret();
        signer.pair.chain[0].self_signed = false;
        signer.pair.chain.push_back(tests::ca_certificate());
        signer.pair.chain[1].fingerprint = "f-top";
        signer.pair.anchors[0].fingerprint = "f-given";
        change(signer.pair);
        observed.signer = tests::snapshot(signer);
        return expected_anchors(observed);
    };
    using Prints = std::vector<std::string>;
    EXPECT_EQ(expected([](auto&) {}), Prints{"f-top"});
    const auto rootless = [](core::PairFacts& pair) { pair.chain[1].self_signed = false; };
    EXPECT_EQ(expected(rootless), Prints{"f-given"});
    EXPECT_EQ(expected([&](core::PairFacts& pair) {
                  rootless(pair);
                  pair.anchors.clear();
              }),
              Prints{"f-top"});
    observed.signer = nullptr;
    EXPECT_EQ(expected_anchors(observed), Prints{"f-ca"}) << "what the Secret holds already";
}

TEST(SignerProblem, IsFoundForEveryWayInWhichACaCannotSign) {
    const std::vector<std::pair<std::function<void(api::SecretFacts&)>, core::Reason>> rows = {
        {[](auto&) {}, ""},
        {[](auto& s) { s.pair.chain.clear(); }, reason::kInvalidCaKeyPair},
        {[](auto& s) { s.pair.key = core::KeyState::kMissing; }, reason::kInvalidCaKeyPair},
        {[](auto& s) { s.pair.key = core::KeyState::kMismatched; }, reason::kInvalidCaKeyPair},
        {[](auto& s) { s.pair.chain[0].is_ca = false; }, reason::kInvalidCaKeyPair},
        {[](auto& s) { s.pair.chain[0].not_after = kNow; }, reason::kCaExpired},
        {[](auto& s) { s.pair.chain[0].usages.push_back(core::Usage::kClientAuth); },
         reason::kDeniedByIssuer}};
    for (const auto& [change, expected] : rows) {
        Observed observed = tests::good();
        api::SecretFacts signer = tests::ca_secret();
        change(signer);
        observed.signer = tests::snapshot(signer);
        const auto problem = find_signer_problem(observed, kNow);
        EXPECT_EQ(problem ? problem->reason : core::Reason(), expected);
    }
}

TEST(SignerProblem, CountsTheLevelsBelow) {
    Observed observed = tests::good();
    observed.demand.is_ca = true;
    observed.demand.max_path_len = 1;
    api::SecretFacts signer = tests::ca_secret();
    signer.pair.chain[0].max_path_len = 1;
    observed.signer = tests::snapshot(signer);
    ASSERT_TRUE(find_signer_problem(observed, kNow));
    signer.pair.chain[0].max_path_len = 2;
    observed.signer = tests::snapshot(signer);
    EXPECT_FALSE(find_signer_problem(observed, kNow));
}

}  // namespace
}  // namespace stackseal::issuance
