// SPDX-License-Identifier: Apache-2.0
// A parsed certificate as plain data.
#include <array>
#include <ctime>

#include "controller/pki/alternative.hpp"
#include "controller/pki/certificate.hpp"
#include "controller/pki/hash.hpp"
#include "controller/pki/name.hpp"
#include "controller/pki/private_key.hpp"
#include "controller/pki/usage.hpp"

namespace stackseal::pki {

namespace {

using core::CertificateFacts;
using core::Result;

std::string serial_of(const X509* certificate) {
    const ASN1_INTEGER* serial = X509_get0_serialNumber(certificate);
    const bool negative = ASN1_STRING_type(serial) == V_ASN1_NEG_INTEGER;
    return (negative ? "-" : "") + hex(view(serial));
}

Result<void> add_validity(const X509* certificate, CertificateFacts& facts) {
    STACKSEAL_TRY(facts.not_before, time_of(X509_get0_notBefore(certificate)));
    STACKSEAL_TRY(facts.not_after, time_of(X509_get0_notAfter(certificate)));
    return {};
}

Result<void> add_constraints(const X509* certificate, CertificateFacts& facts) {
    STACKSEAL_TRY(const auto constraints,
                  extension_of<ConstraintsHandle>(certificate, NID_basic_constraints));
    if (constraints == nullptr) return {};
    facts.is_ca = constraints->ca != 0;
    if (constraints->pathlen == nullptr) return {};
    const long length = ASN1_INTEGER_get(constraints->pathlen);
    if (length < 0 || length > 1'000'000) return corrupt("pathLenConstraint is out of range");
    facts.max_path_len = static_cast<int>(length);
    return {};
}

Result<void> add_usages(const X509* certificate, CertificateFacts& facts) {
    STACKSEAL_TRY(const auto bits, extension_of<BitsHandle>(certificate, NID_key_usage));
    STACKSEAL_TRY(const auto extended,
                  extension_of<ExtendedUsageHandle>(certificate, NID_ext_key_usage));
    facts.usages = usages_of(bits.get(), extended.get());
    return {};
}

Result<void> add_names(const X509* certificate, CertificateFacts& facts) {
    const X509_NAME* subject = X509_get_subject_name(certificate);
    facts.subject_der = hex(der_of_name(subject));
    facts.issuer_der = hex(der_of_name(X509_get_issuer_name(certificate)));
    STACKSEAL_TRY(facts.subject, subject_of(subject));
    STACKSEAL_TRY(const auto alternatives,
                  extension_of<SanHandle>(certificate, NID_subject_alt_name));
    STACKSEAL_TRY(facts.names, names_of(alternatives.get()));
    return {};
}

Result<void> add_key_ids(const X509* certificate, CertificateFacts& facts) {
    STACKSEAL_TRY(const auto own,
                  extension_of<OctetsHandle>(certificate, NID_subject_key_identifier));
    if (own != nullptr) facts.subject_key_id = hex(view(own.get()));
    STACKSEAL_TRY(const auto issuer,
                  extension_of<IssuerKeyIdHandle>(certificate, NID_authority_key_identifier));
    if (issuer != nullptr && issuer->keyid != nullptr)
        facts.authority_key_id = hex(view(issuer->keyid));
    return {};
}

/// Names are compared first: a signature is only checked where it may be the certificate's own.
bool is_self_signed(X509* certificate, const CertificateFacts& facts) {
    if (facts.subject_der != facts.issuer_der) return false;
    EVP_PKEY* key = X509_get0_pubkey(certificate);
    const bool verified = key != nullptr && X509_verify(certificate, key) == 1;
    drain();
    return verified;
}

void add_key(X509* certificate, CertificateFacts& facts) {
    facts.public_key = digest_of(X509_get_X509_PUBKEY(certificate));
    facts.key = spec_of(X509_get0_pubkey(certificate));
    drain();
    facts.self_signed = is_self_signed(certificate, facts);
}

}  // namespace

Result<CertificateFacts> facts_of(X509* certificate) {
    CertificateFacts facts;
    facts.serial = serial_of(certificate);
    facts.fingerprint = hex(sha256(der_of(certificate, i2d_X509)));
    STACKSEAL_CHECK(add_validity(certificate, facts));
    STACKSEAL_CHECK(add_names(certificate, facts));
    STACKSEAL_CHECK(add_constraints(certificate, facts));
    STACKSEAL_CHECK(add_usages(certificate, facts));
    STACKSEAL_CHECK(add_key_ids(certificate, facts));
    add_key(certificate, facts);
    return facts;
}

Result<core::Time> time_of(const ASN1_TIME* time) {
    std::tm parts{};
    STACKSEAL_CHECK(
        must("a time does not parse", ASN1_TIME_to_tm(time, &parts), core::Code::kCorrupt));
    using namespace std::chrono;
    const sys_days day = year(parts.tm_year + 1900) / (parts.tm_mon + 1) / parts.tm_mday;
    return core::Time(day + hours(parts.tm_hour) + minutes(parts.tm_min) + seconds(parts.tm_sec));
}

}  // namespace stackseal::pki
