// SPDX-License-Identifier: Apache-2.0
// Each check by its name, with a certificate that fails it and those of the house that do not.
#include <algorithm>
#include <set>

#include "controller/pki/check.hpp"
#include "controller/pki/private_key.hpp"
#include "tests/unit/controller/pki/lint_cases.hpp"

namespace stackseal::pki::test {
namespace {

using core::Profile;

struct House {
    Ca root = root_ca();
    Ca middle = child_ca(root, ca_profile("Middle G1"));
    Ca rsa_middle = child_ca(root, ca_profile("Middle R1"), kRsa);
    std::string leaf = leaf_of(kP256, {Usage::kDigitalSignature, Usage::kServerAuth});
    std::string rsa_leaf =
        leaf_of(kRsa, {Usage::kDigitalSignature, Usage::kKeyEncipherment, Usage::kServerAuth});
    std::string ed25519_leaf = leaf_of(kEd25519, {Usage::kDigitalSignature, Usage::kServerAuth});

    std::string leaf_of(const core::KeySpec& spec, std::vector<Usage> usages) const {
        Profile profile = leaf_profile();
        profile.usages = std::move(usages);
        return get(sign(profile, key_of(spec).public_half, *middle.signer()));
    }

    const std::string& pem(Base base) const {
        switch (base) {
            case Base::kLeaf:
                return leaf;
            case Base::kRsaLeaf:
                return rsa_leaf;
            case Base::kEd25519Leaf:
                return ed25519_leaf;
            case Base::kCa:
                return middle.pem;
            case Base::kRsaCa:
                return rsa_middle.pem;
            case Base::kRoot:
                return root.pem;
        }
        throw std::logic_error("no such base");
    }

    /// Who signs it; the root itself for a root.
    const Ca& issuer(Base base) const {
        const bool below = base == Base::kCa || base == Base::kRsaCa || base == Base::kRoot;
        return below ? root : middle;
    }
};

const House& house() {
    static const House built;
    return built;
}

CertificateHandle parsed(std::string_view pem) {
    PemReader reader(pem);
    return get(decode_certificate(get(reader.next_pem())->der.reveal()));
}

std::string bent(const Bend& row) {
    const CertificateHandle certificate = parsed(house().pem(row.base));
    if (row.bend != nullptr) row.bend(certificate.get());
    const KeyHandle key = get(decode_key(house().issuer(row.base).key.pkcs8));
    X509_sign(certificate.get(), key.get(), row.digest());
    if (row.twist != nullptr) row.twist(certificate.get());
    std::string der = der_of(certificate.get(), i2d_X509);
    if (row.der != nullptr) der = row.der(std::move(der));
    return to_pem("CERTIFICATE", der);
}

using Judge = std::vector<std::string> (*)(std::string_view, const core::CertificateFacts*);

std::vector<std::string> judged(Judge judge, const Bend& row, const std::string& pem) {
    if (row.base == Base::kRoot) return judge(pem, nullptr);
    core::CertificateFacts issuer = facts_in(house().issuer(row.base).pem);
    if (row.issuer != nullptr) row.issuer(issuer);
    return judge(pem, &issuer);
}

bool names(const std::vector<std::string>& findings, std::string_view check) {
    return std::ranges::any_of(findings, [&](const std::string& finding) {
        return finding.starts_with(core::concat(check, ": "));
    });
}

TEST(Lint, FindsWhatMustNotBeWritten) {
    for (const Bend& row : kForbidden) {
        const auto findings = judged(lint, row, bent(row));
        EXPECT_TRUE(names(findings, row.name))
            << row.name << ", but: " << core::join(findings, "; ");
    }
}

TEST(Advise, FindsWhatIsAdvisedAgainst) {
    for (const Bend& row : kAdvice) {
        const auto findings = judged(advise, row, bent(row));
        EXPECT_TRUE(names(findings, row.name))
            << row.name << ", but: " << core::join(findings, "; ");
        EXPECT_FALSE(names(judged(lint, row, bent(row)), row.name)) << row.name;
    }
}

TEST(Checks, HaveATestEach) {
    std::set<std::string_view> tested;
    for (const Bend& row : kForbidden) tested.insert(row.name);
    for (const Bend& row : kAdvice) tested.insert(row.name);
    std::size_t count = 0;
    for (const auto& table : {structure_checks(), extension_checks(), usage_checks(), key_checks(),
                              subject_checks(), name_checks(), issuer_checks()})
        for (const Check& check : table) {
            EXPECT_TRUE(tested.contains(check.name)) << check.name;
            ++count;
        }
    EXPECT_EQ(count, tested.size());
}

// ---- what is clean ------------------------------------------------------------------------------

TEST(Lint, FindsNothingInWhatTheHouseSigns) {
    for (const Base base :
         {Base::kLeaf, Base::kRsaLeaf, Base::kEd25519Leaf, Base::kCa, Base::kRsaCa, Base::kRoot}) {
        const Bend row{.name = "", .base = base};
        for (const Judge judge : {Judge{lint}, Judge{advise}})
            EXPECT_EQ(core::join(judged(judge, row, house().pem(base)), "; "), "");
        EXPECT_EQ(core::join(judged(lint, row, bent(row)), "; "), "") << "bending alone shows";
    }
}

TEST(Lint, FindsNothingInAFullProfile) {
    Profile profile = leaf_profile();
    profile.subject.countries = {"DE"};
    profile.subject.organizations = {"Stack & Söhne"};
    profile.subject.serial_number = "A-17";
    profile.names = {.dns = {"keystone.example.org", "*.example.org", "xn--mller-kva.example.org"},
                     .ips = {"192.0.2.1", "2001:db8::1"},
                     .uris = {"spiffe://example.org/a"},
                     .emails = {"ops@example.org"}};
    profile.usages = {Usage::kDigitalSignature, Usage::kServerAuth, Usage::kClientAuth};
    const auto issuer = facts_in(house().middle.pem);
    const std::string pem = get(sign(profile, key_of(kP256).public_half, *house().middle.signer()));
    EXPECT_EQ(core::join(lint(pem, &issuer), "; "), "");
    EXPECT_EQ(core::join(advise(pem, &issuer), "; "), "");
}

TEST(Lint, FindsNothingWithoutASubject) {
    Profile profile = leaf_profile();
    profile.subject = {};
    const auto issuer = facts_in(house().middle.pem);
    const std::string pem = get(sign(profile, key_of(kP256).public_half, *house().middle.signer()));
    EXPECT_EQ(core::join(lint(pem, &issuer), "; "), "");
    EXPECT_EQ(core::join(advise(pem, &issuer), "; "), "");
}

TEST(Lint, FindsNothingInASelfSignedLeaf) {
    const std::string pem = get(sign_self(leaf_profile(), key_of(kP256)));
    EXPECT_EQ(core::join(lint(pem, nullptr), "; "), "");
    EXPECT_EQ(core::join(advise(pem, nullptr), "; "), "");
}

TEST(Lint, SaysWhenThereIsNothingToJudge) {
    for (const std::string& text : {std::string(), std::string("x"), house().middle.chain}) {
        EXPECT_TRUE(names(lint(text, nullptr), "unparsable")) << text.size();
        EXPECT_TRUE(advise(text, nullptr).empty());
    }
}

}  // namespace
}  // namespace stackseal::pki::test
