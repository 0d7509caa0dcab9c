// SPDX-License-Identifier: Apache-2.0
// What is critical and what is not follows RFC 5280 4.2.1 and OpenSSL's strict checks.
#include "controller/pki/extensions.hpp"

#include "controller/pki/alternative.hpp"
#include "controller/pki/error.hpp"
#include "controller/pki/hash.hpp"
#include "controller/pki/private_key.hpp"
#include "controller/pki/usage.hpp"

namespace stackseal::pki {

namespace {

using core::Profile;
using core::Result;

constexpr int kCritical = 1;

Result<void> add(X509* certificate, int nid, void* value, int critical) {
    return must(OBJ_nid2sn(nid),
                X509_add1_ext_i2d(certificate, nid, value, critical, X509V3_ADD_DEFAULT));
}

Result<OctetsHandle> octet_string(std::string_view bytes) {
    STACKSEAL_TRY(OctetsHandle string, must<OctetsHandle>("octets", ASN1_OCTET_STRING_new()));
    STACKSEAL_CHECK(must("octets", ASN1_OCTET_STRING_set(string.get(), octets(bytes),
                                                         static_cast<int>(bytes.size()))));
    return string;
}

Result<void> add_key_usage(X509* certificate, const Profile& profile) {
    STACKSEAL_TRY(const BitsHandle bits, key_usage_of(profile.usages));
    if (bits == nullptr) return {};
    return add(certificate, NID_key_usage, bits.get(), kCritical);
}

/// Not critical: some verifiers take a critical one for a restriction to what they know.
Result<void> add_extended_usage(X509* certificate, const Profile& profile) {
    STACKSEAL_TRY(const ExtendedUsageHandle extended, extended_usage_of(profile.usages));
    if (extended == nullptr) return {};
    return add(certificate, NID_ext_key_usage, extended.get(), !kCritical);
}

/// A leaf gets the empty sequence: CA:FALSE is the default, which DER leaves out.
Result<void> add_constraints(X509* certificate, const Profile& profile) {
    STACKSEAL_TRY(const auto constraints,
                  must<ConstraintsHandle>("basicConstraints", BASIC_CONSTRAINTS_new()));
    constraints->ca = profile.is_ca ? 0xff : 0;
    if (profile.max_path_len) {
        constraints->pathlen = ASN1_INTEGER_new();
        STACKSEAL_CHECK(must("pathLenConstraint",
                             ASN1_INTEGER_set(constraints->pathlen, *profile.max_path_len)));
    }
    return add(certificate, NID_basic_constraints, constraints.get(), kCritical);
}

/// Source: RFC 5280 4.2.1.2, method 1.
std::string subject_key_id(const X509* certificate) {
    return sha1(key_bits(X509_get_X509_PUBKEY(certificate)));
}

Result<void> add_subject_key_id(X509* certificate) {
    STACKSEAL_TRY(const OctetsHandle id, octet_string(subject_key_id(certificate)));
    return add(certificate, NID_subject_key_identifier, id.get(), !kCritical);
}

/// The keyid form only: issuer and serial would pin one certificate of the CA and break its
/// renewal and every cross-certificate.
Result<void> add_issuer_key_id(X509* certificate, std::string_view key_id) {
    const std::string own = subject_key_id(certificate);
    STACKSEAL_TRY(const auto holder,
                  must<IssuerKeyIdHandle>("authorityKeyIdentifier", AUTHORITY_KEYID_new()));
    STACKSEAL_TRY(OctetsHandle id, octet_string(key_id.empty() ? own : key_id));
    holder->keyid = id.release();  // freed with its holder
    return add(certificate, NID_authority_key_identifier, holder.get(), !kCritical);
}

/// Critical if and only if there is no subject: then the names alone say who it is.
Result<void> add_names(X509* certificate, const Profile& profile) {
    if (profile.names.empty()) return {};
    STACKSEAL_TRY(const SanHandle names, alternatives_of(profile.names));
    const int critical = profile.subject.empty() ? kCritical : !kCritical;
    return add(certificate, NID_subject_alt_name, names.get(), critical);
}

}  // namespace

Result<void> add_extensions(X509* certificate, const Profile& profile,
                            std::string_view issuer_key_id) {
    STACKSEAL_CHECK(add_key_usage(certificate, profile));
    STACKSEAL_CHECK(add_extended_usage(certificate, profile));
    STACKSEAL_CHECK(add_constraints(certificate, profile));
    STACKSEAL_CHECK(add_subject_key_id(certificate));
    STACKSEAL_CHECK(add_issuer_key_id(certificate, issuer_key_id));
    return add_names(certificate, profile);
}

}  // namespace stackseal::pki
