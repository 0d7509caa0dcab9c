// SPDX-License-Identifier: Apache-2.0
// Each check by its name, with a certificate that fails it and those of the house that do not.
#include <algorithm>
#include <set>

#include "controller/pki/check.hpp"
#include "controller/pki/private_key.hpp"
#include "tests/unit/controller/pki/bent.hpp"

namespace stackseal::pki::test {
namespace {

using core::Profile;
using core::Usage;
using std::string_view_literals::operator""sv;

/// What is bent: good certificates of the house.
enum class Base { kLeaf, kRsaLeaf, kEd25519Leaf, kCa, kRsaCa, kRoot };

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
        return get(sign(profile, key_of(spec), *middle.signer()));
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

struct Bend {
    const char* name;
    Base base = Base::kLeaf;
    void (*bend)(X509* certificate) = nullptr;                 ///< before it is signed again
    void (*twist)(X509* certificate) = nullptr;                ///< after that
    void (*issuer)(core::CertificateFacts& issuer) = nullptr;  ///< facts to be judged against
    std::string (*der)(std::string der) = nullptr;             ///< the last resort
    const EVP_MD* (*digest)() = EVP_sha256;
};

CertificateHandle parsed(std::string_view pem) {
    PemReader reader(pem);
    return get(decode_certificate(get(reader.next_pem())->der.reveal()));
}

std::string bent(const Bend& row) {
    const CertificateHandle certificate = parsed(house().pem(row.base));
    if (row.bend != nullptr) row.bend(certificate.get());
    const KeyHandle key = get(decode_key(house().issuer(row.base).key));
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

// ---- what must not be written -------------------------------------------------------------------

const Bend kForbidden[] = {
    {"invalid_certificate_version", Base::kLeaf, [](X509* c) { X509_set_version(c, 0); }},
    {"serial_number_not_positive", Base::kLeaf, [](X509* c) { put_serial(c, "\0"sv); }},
    {"serial_number_not_positive", Base::kLeaf,
     [](X509* c) { put_serial(c, "12345678", /*negative=*/true); }},
    {"serial_number_longer_than_20_octets", Base::kLeaf,
     [](X509* c) { put_serial(c, std::string(21, '\x11')); }},
    {"serial_number_longer_than_20_octets", Base::kLeaf,
     [](X509* c) { put_serial(c, std::string(20, '\x81')); }},
    {"utc_time_not_in_zulu", Base::kLeaf,
     [](X509* c) { put_end(c, V_ASN1_UTCTIME, "260401000000+0100"); }},
    {"utc_time_does_not_include_seconds", Base::kLeaf,
     [](X509* c) { put_end(c, V_ASN1_UTCTIME, "2604010000Z"); }},
    {"generalized_time_not_in_zulu", Base::kLeaf,
     [](X509* c) { put_end(c, V_ASN1_GENERALIZEDTIME, "20600401000000+0100"); }},
    {"generalized_time_includes_fraction_seconds", Base::kLeaf,
     [](X509* c) { put_end(c, V_ASN1_GENERALIZEDTIME, "20600401000000.5Z"); }},
    {"wrong_time_format_pre2050", Base::kLeaf,
     [](X509* c) { put_end(c, V_ASN1_GENERALIZEDTIME, "20260401000000Z"); }},
    {"validity_time_not_positive", Base::kLeaf,
     [](X509* c) { put_end(c, V_ASN1_UTCTIME, "260101000000Z"); }},
    {"tbs_signature_alg_matches_cert_signature_alg", Base::kLeaf, nullptr,
     [](X509* c) { put_outer_algorithm(c, NID_ecdsa_with_SHA384, V_ASN1_UNDEF); }},
    {.name = "signature_algorithm_weak", .digest = EVP_sha1},
    {"signature_algorithm_parameters", Base::kLeaf, nullptr,
     [](X509* c) { put_outer_algorithm(c, NID_ecdsa_with_SHA256, V_ASN1_NULL); }},
    {"signature_algorithm_parameters", Base::kLeaf, nullptr,
     [](X509* c) { put_outer_algorithm(c, NID_sha256WithRSAEncryption, V_ASN1_UNDEF); }},
    {"ext_duplicate_extension", Base::kLeaf,
     [](X509* c) {
         append(c, NID_netscape_comment,
                "\x16\x01"
                "a",
                false);
         append(c, NID_netscape_comment,
                "\x16\x01"
                "b",
                false);
     }},
    {.name = "cert_contains_unique_identifier", .der = with_unique_identifier},

    {"basic_constraints_not_critical", Base::kCa,
     [](X509* c) { flip_critical(c, NID_basic_constraints); }},
    {"path_len_constraint_improperly_included", Base::kLeaf,
     [](X509* c) { put(c, NID_basic_constraints, "\x30\x03\x02\x01\x00"sv, true); }},
    {"path_len_constraint_improperly_included", Base::kCa,
     [](X509* c) {
         put(c, NID_basic_constraints, "\x30\x06\x01\x01\xff\x02\x01\x00"sv, true);
         put(c, NID_key_usage, "\x03\x02\x01\x02", true);
     }},
    {"ext_authority_key_identifier_critical", Base::kLeaf,
     [](X509* c) { flip_critical(c, NID_authority_key_identifier); }},
    {"ext_authority_key_identifier_missing", Base::kLeaf,
     [](X509* c) { drop(c, NID_authority_key_identifier); }},
    {"ext_authority_key_identifier_no_key_identifier", Base::kLeaf,
     [](X509* c) { put(c, NID_authority_key_identifier, "\x30\x03\x82\x01\x05", false); }},
    {"ext_subject_key_identifier_critical", Base::kLeaf,
     [](X509* c) { flip_critical(c, NID_subject_key_identifier); }},
    {"ext_subject_key_identifier_missing_ca", Base::kCa,
     [](X509* c) { drop(c, NID_subject_key_identifier); }},
    {"ext_name_constraints_not_critical", Base::kCa,
     [](X509* c) {
         put(c, NID_name_constraints,
             "\x30\x07\xa0\x05\x30\x03\x82\x01"
             "a",
             false);
     }},
    {"ext_name_constraints_not_in_ca", Base::kLeaf,
     [](X509* c) {
         put(c, NID_name_constraints,
             "\x30\x07\xa0\x05\x30\x03\x82\x01"
             "a",
             true);
     }},
    {"name_constraint_unparsable", Base::kCa,
     [](X509* c) { put(c, NID_name_constraints, "\x04\x00"sv, true); }},
    {"name_constraint_empty", Base::kCa,
     [](X509* c) { put(c, NID_name_constraints, "\x30\x00"sv, true); }},
    {"name_constraint_minimum_non_zero", Base::kCa,
     [](X509* c) {
         put(c, NID_name_constraints,
             "\x30\x0a\xa0\x08\x30\x06\x82\x01"
             "a\x80\x01\x01",
             true);
     }},
    {"name_constraint_maximum_not_absent", Base::kCa,
     [](X509* c) {
         put(c, NID_name_constraints,
             "\x30\x0a\xa1\x08\x30\x06\x82\x01"
             "a\x81\x01\x05",
             true);
     }},

    {"ca_key_usage_missing", Base::kCa, [](X509* c) { drop(c, NID_key_usage); }},
    {"ca_key_cert_sign_not_set", Base::kCa,
     [](X509* c) { put(c, NID_key_usage, "\x03\x02\x01\x02", true); }},
    {"ext_key_usage_not_critical", Base::kLeaf, [](X509* c) { flip_critical(c, NID_key_usage); }},
    {"ext_key_usage_cert_sign_without_ca", Base::kLeaf,
     [](X509* c) { put(c, NID_key_usage, "\x03\x02\x02\x84", true); }},
    {"incorrect_ku_encoding", Base::kLeaf,
     [](X509* c) { put(c, NID_key_usage, "\x03\x02\x00\x80"sv, true); }},
    {"incorrect_ku_encoding", Base::kLeaf,
     [](X509* c) { put(c, NID_key_usage, "\x03\x01\x00"sv, true); }},

    {"public_key_type_not_allowed", Base::kLeaf,
     [](X509* c) { put_key(c, KeyHandle(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED448"))); }},
    {"ec_improper_curves", Base::kLeaf, [](X509* c) { put_key(c, ec_key("secp256k1")); }},
    {"ec_improper_curves", Base::kLeaf,
     [](X509* c) { put_key(c, ec_key("P-256", OSSL_PKEY_PARAM_EC_ENCODING, "explicit")); }},
    {"rsa_mod_less_than_2048_bits", Base::kRsaLeaf,
     [](X509* c) { put_rsa(c, odd_number(2040), 65537); }},
    {"rsa_public_exponent_not_odd_or_too_small", Base::kRsaLeaf,
     [](X509* c) { put_rsa(c, odd_number(2048), 65536); }},
    {"rsa_public_exponent_not_odd_or_too_small", Base::kRsaLeaf,
     [](X509* c) { put_rsa(c, odd_number(2048), 1); }},
    {"rsa_fermat_factorization", Base::kRsaLeaf,
     [](X509* c) { put_rsa(c, product_of_neighbours(), 65537); }},

    {"issuer_field_empty", Base::kLeaf,
     [](X509* c) { X509_set_issuer_name(c, NameHandle(X509_NAME_new()).get()); }},
    {"ca_subject_field_empty", Base::kCa, [](X509* c) { put_subject(c, {}); }},
    {"subject_empty_without_san", Base::kLeaf,
     [](X509* c) {
         put_subject(c, {});
         drop(c, NID_subject_alt_name);
     }},
    {"subject_country_not_printable_string", Base::kLeaf,
     [](X509* c) {
         put_subject(c, {{NID_countryName, V_ASN1_UTF8STRING, "DE"}});
     }},
    {"subject_country_not_two_letters", Base::kLeaf,
     [](X509* c) {
         put_subject(c, {{NID_countryName, V_ASN1_PRINTABLESTRING, "DEU"}});
     }},
    {"subject_dn_serial_number_not_printable_string", Base::kLeaf,
     [](X509* c) {
         put_subject(c, {{NID_serialNumber, V_ASN1_UTF8STRING, "1"}});
     }},
    {"subject_common_name_max_length", Base::kLeaf,
     [](X509* c) {
         put_subject(c, {{NID_commonName, V_ASN1_UTF8STRING, std::string(65, 'a')}});
     }},

    {"ext_san_not_critical_without_subject", Base::kLeaf, [](X509* c) { put_subject(c, {}); }},
    {"ext_san_no_entries", Base::kLeaf,
     [](X509* c) { put(c, NID_subject_alt_name, "\x30\x00"sv, false); }},
    {"san_wildcard_not_first", Base::kLeaf, [](X509* c) { put_names(c, GEN_DNS, {"a.*.b"}); }},
    {"san_wildcard_not_first", Base::kLeaf, [](X509* c) { put_names(c, GEN_DNS, {"a*.b"}); }},
    {"san_wildcard_not_first", Base::kLeaf, [](X509* c) { put_names(c, GEN_DNS, {"*.*.b"}); }},
    {"dnsname_empty_label", Base::kLeaf, [](X509* c) { put_names(c, GEN_DNS, {"a..b"}); }},
    {"dnsname_empty_label", Base::kLeaf, [](X509* c) { put_names(c, GEN_DNS, {"a.b."}); }},
    {"dnsname_empty_label", Base::kLeaf, [](X509* c) { put_names(c, GEN_DNS, {".a.b"}); }},
    {"dnsname_label_too_long", Base::kLeaf,
     [](X509* c) { put_names(c, GEN_DNS, {std::string(64, 'a') + ".b"}); }},
    {"dnsname_too_long", Base::kLeaf,
     [](X509* c) { put_names(c, GEN_DNS, {std::string(254, 'a')}); }},
    {"dnsname_bad_character_in_label", Base::kLeaf,
     [](X509* c) { put_names(c, GEN_DNS, {"a/b.c"}); }},
    {"ext_san_uri_relative", Base::kLeaf, [](X509* c) { put_names(c, GEN_URI, {"a/b"}); }},
    {"ext_san_uri_relative", Base::kLeaf, [](X509* c) { put_names(c, GEN_URI, {"1a:b"}); }},
    {"ext_san_rfc822_format_invalid", Base::kLeaf,
     [](X509* c) { put_names(c, GEN_EMAIL, {"ops"}); }},
    {"ext_san_rfc822_format_invalid", Base::kLeaf,
     [](X509* c) { put_names(c, GEN_EMAIL, {"ops@"}); }},

    {"self_signature_invalid", Base::kRoot, nullptr,
     [](X509* c) {
         X509_sign(c, KeyHandle(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256")).get(),
                   EVP_sha256());
     }},
    {"issuer_dn_not_subject_of_issuer", Base::kLeaf, nullptr, nullptr,
     [](core::CertificateFacts& issuer) { issuer.subject_der += "00"; }},
    {"authority_key_identifier_not_of_issuer", Base::kLeaf, nullptr, nullptr,
     [](core::CertificateFacts& issuer) { issuer.subject_key_id = "00"; }},
    {"issuer_not_ca", Base::kLeaf, nullptr, nullptr,
     [](core::CertificateFacts& issuer) { issuer.is_ca = false; }},
    {"issuer_path_len_exceeded", Base::kCa, nullptr, nullptr,
     [](core::CertificateFacts& issuer) { issuer.max_path_len = 0; }},
};

TEST(Lint, FindsWhatMustNotBeWritten) {
    for (const Bend& row : kForbidden) {
        const auto findings = judged(lint, row, bent(row));
        EXPECT_TRUE(names(findings, row.name))
            << row.name << ", but: " << core::join(findings, "; ");
    }
}

// ---- what is advised against --------------------------------------------------------------------

const Bend kAdvice[] = {
    {"serial_number_low_entropy", Base::kLeaf, [](X509* c) { put_serial(c, "1234567"); }},
    {"ext_subject_key_identifier_missing_sub_cert", Base::kLeaf,
     [](X509* c) { drop(c, NID_subject_key_identifier); }},
    {"ca_crl_sign_not_set", Base::kCa,
     [](X509* c) { put(c, NID_key_usage, "\x03\x02\x02\x04", true); }},
    {"key_usage_and_extended_key_usage_inconsistent", Base::kLeaf,
     [](X509* c) { put(c, NID_key_usage, "\x03\x02\x06\x40", true); }},
    {"ecdsa_ee_invalid_ku", Base::kLeaf,
     [](X509* c) { put(c, NID_key_usage, "\x03\x02\x05\xa0", true); }},
    {"rsa_allowed_ku_ee", Base::kRsaLeaf,
     [](X509* c) { put(c, NID_key_usage, "\x03\x02\x03\x88", true); }},
    {"rsa_allowed_ku_ca", Base::kRsaCa,
     [](X509* c) { put(c, NID_key_usage, "\x03\x02\x01\x0e", true); }},
    {"ed25519_allowed_ku", Base::kEd25519Leaf,
     [](X509* c) { put(c, NID_key_usage, "\x03\x02\x05\xa0", true); }},
    {"rsa_key_encipherment_missing", Base::kRsaLeaf,
     [](X509* c) { put(c, NID_key_usage, "\x03\x02\x07\x80", true); }},
    {"ext_extended_key_usage_critical", Base::kLeaf,
     [](X509* c) { flip_critical(c, NID_ext_key_usage); }},
    {"ext_extended_key_usage_any", Base::kLeaf,
     [](X509* c) { put(c, NID_ext_key_usage, "\x30\x06\x06\x04\x55\x1d\x25\x00"sv, false); }},
    {"root_ca_extended_key_usage_present", Base::kRoot,
     [](X509* c) { put(c, NID_ext_key_usage, "\x30\x06\x06\x04\x55\x1d\x25\x00"sv, false); }},
    {"ec_point_compressed", Base::kLeaf,
     [](X509* c) {
         put_key(c, ec_key("P-256", OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT, "compressed"));
     }},
    {"rsa_mod_not_multiple_of_8_bits", Base::kRsaLeaf,
     [](X509* c) { put_rsa(c, odd_number(2050), 65537); }},
    {"rsa_public_exponent_not_65537", Base::kRsaLeaf,
     [](X509* c) { put_rsa(c, odd_number(2048), 3); }},
    {"invalid_subject_rdn_order", Base::kLeaf,
     [](X509* c) {
         put_subject(c, {{NID_commonName, V_ASN1_UTF8STRING, "a"},
                         {NID_organizationName, V_ASN1_UTF8STRING, "b"}});
     }},
    {"multiple_attributes_in_rdn", Base::kLeaf,
     [](X509* c) {
         put_subject(c, {{NID_organizationName, V_ASN1_UTF8STRING, "b"},
                         {NID_commonName, V_ASN1_UTF8STRING, "a", -1}});
     }},
    {"ext_san_critical_with_subject_dn", Base::kLeaf,
     [](X509* c) { flip_critical(c, NID_subject_alt_name); }},
    {"ext_san_missing", Base::kLeaf, [](X509* c) { drop(c, NID_subject_alt_name); }},
    {"subject_common_name_not_exactly_from_san", Base::kLeaf,
     [](X509* c) { put_names(c, GEN_DNS, {"other.example.org"}); }},
    {"san_dns_name_duplicate", Base::kLeaf,
     [](X509* c) {
         put_names(c, GEN_DNS, {"a.b", "c.d", "A.b"});
     }},
    {"dnsname_underscore_in_label", Base::kLeaf, [](X509* c) { put_names(c, GEN_DNS, {"a_b.c"}); }},
    {"dnsname_hyphen_at_end_of_label", Base::kLeaf,
     [](X509* c) { put_names(c, GEN_DNS, {"a-.c"}); }},
    {"dnsname_hyphen_at_end_of_label", Base::kLeaf,
     [](X509* c) { put_names(c, GEN_DNS, {"-a.c"}); }},
    {"idn_dnsname_reserved_label", Base::kLeaf,
     [](X509* c) { put_names(c, GEN_DNS, {"ab--c.d"}); }},
    {"dnsname_is_ip_address", Base::kLeaf, [](X509* c) { put_names(c, GEN_DNS, {"192.0.2.1"}); }},
    {"ext_san_ip_mapped", Base::kLeaf,
     [](X509* c) {
         put_names(c, GEN_IPADD, {std::string(10, '\0') + "\xff\xff\xc0\xa8\x01\x01"});
     }},
    {"validity_outlives_issuer", Base::kLeaf, nullptr, nullptr,
     [](core::CertificateFacts& issuer) { issuer.not_after = at_time("2026-03-01T00:00:00Z"); }},
    {"validity_begins_before_issuer", Base::kLeaf, nullptr, nullptr,
     [](core::CertificateFacts& issuer) { issuer.not_before = at_time("2026-01-02T00:00:00Z"); }},
    {"ext_extended_key_usage_not_nested", Base::kLeaf, nullptr, nullptr,
     [](core::CertificateFacts& issuer) { issuer.usages.push_back(Usage::kClientAuth); }},
};

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
    const std::string pem = get(sign(profile, key_of(kP256), *house().middle.signer()));
    EXPECT_EQ(core::join(lint(pem, &issuer), "; "), "");
    EXPECT_EQ(core::join(advise(pem, &issuer), "; "), "");
}

TEST(Lint, FindsNothingWithoutASubject) {
    Profile profile = leaf_profile();
    profile.subject = {};
    const auto issuer = facts_in(house().middle.pem);
    const std::string pem = get(sign(profile, key_of(kP256), *house().middle.signer()));
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
