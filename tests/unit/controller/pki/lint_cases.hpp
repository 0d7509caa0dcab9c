// SPDX-License-Identifier: Apache-2.0
// One row per fault that lint and advise know: how to bend a good certificate until it shows.
#pragma once

#include "tests/unit/controller/pki/bent.hpp"

namespace stackseal::pki::test {

using core::Usage;
using std::string_view_literals::operator""sv;

/// What is bent: good certificates of the house.
enum class Base { kLeaf, kRsaLeaf, kEd25519Leaf, kCa, kRsaCa, kRoot };

struct Bend {
    const char* name;
    Base base = Base::kLeaf;
    void (*bend)(X509* certificate) = nullptr;                 ///< before it is signed again
    void (*twist)(X509* certificate) = nullptr;                ///< after that
    void (*issuer)(core::CertificateFacts& issuer) = nullptr;  ///< facts to be judged against
    std::string (*der)(std::string der) = nullptr;             ///< the last resort
    const EVP_MD* (*digest)() = EVP_sha256;
};

// ---- what must not be written -------------------------------------------------------------------

inline const Bend kForbidden[] = {
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

// ---- what is advised against --------------------------------------------------------------------

inline const Bend kAdvice[] = {
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

}  // namespace stackseal::pki::test
