// SPDX-License-Identifier: Apache-2.0
// Straight OpenSSL; any failure throws, since a test cannot go on without its certificates.
#include "tests/support/test_certificates.hpp"

#include <stdexcept>

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

namespace stackseal::tests {

namespace {

using CertificateHandle = std::unique_ptr<X509, decltype(&X509_free)>;
using KeyHandle = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using MemoryHandle = std::unique_ptr<BIO, decltype(&BIO_free)>;

template <class T>
T* made(T* value) {
    if (value == nullptr) throw std::runtime_error("OpenSSL failed to make a test certificate");
    return value;
}

KeyHandle new_key() {
    return {made(EVP_EC_gen("P-256")), EVP_PKEY_free};
}

MemoryHandle memory(const std::string& pem) {
    return {made(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))), BIO_free};
}

std::string text_of(BIO* bio) {
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio, &data);
    return {data, static_cast<std::size_t>(size)};
}

std::string to_pem(X509* certificate) {
    const MemoryHandle bio(made(BIO_new(BIO_s_mem())), BIO_free);
    PEM_write_bio_X509(bio.get(), certificate);
    return text_of(bio.get());
}

std::string to_pem(EVP_PKEY* key) {
    const MemoryHandle bio(made(BIO_new(BIO_s_mem())), BIO_free);
    PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
    return text_of(bio.get());
}

void extend(X509* certificate, X509* issuer, int kind, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    X509_EXTENSION* extension = made(X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
}

void set_names(X509* certificate, const CertificateSpec& spec) {
    if (!spec.common_name.empty())
        X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8,
                                   reinterpret_cast<const unsigned char*>(spec.common_name.c_str()),
                                   -1, -1, 0);
    std::string all;
    for (const auto& name : spec.names) all += (all.empty() ? "" : ",") + name;
    if (!all.empty()) extend(certificate, certificate, NID_subject_alt_name, all);
}

void set_serial(X509* certificate) {
    std::uint64_t number = 0;
    RAND_bytes(reinterpret_cast<unsigned char*>(&number), sizeof number);
    ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), number >> 1U);
}

CertificateHandle unsigned_certificate(const CertificateSpec& spec, EVP_PKEY* key) {
    CertificateHandle certificate(made(X509_new()), X509_free);
    X509_set_version(certificate.get(), X509_VERSION_3);
    set_serial(certificate.get());
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), spec.from_seconds);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), spec.until_seconds);
    X509_set_pubkey(certificate.get(), key);
    set_names(certificate.get(), spec);
    return certificate;
}

/// issuer and its key: null for a self-signed one.
CertificatePair sign(const CertificateSpec& spec, X509* issuer, EVP_PKEY* issuer_key) {
    const KeyHandle key = new_key();
    const auto certificate = unsigned_certificate(spec, key.get());
    X509* above = issuer == nullptr ? certificate.get() : issuer;
    X509_set_issuer_name(certificate.get(), X509_get_subject_name(above));
    extend(certificate.get(), above, NID_basic_constraints,
           spec.ca ? "critical,CA:TRUE" : "critical,CA:FALSE");
    extend(certificate.get(), above, NID_key_usage,
           spec.ca ? "critical,keyCertSign" : "critical,digitalSignature");
    if (!spec.ca) extend(certificate.get(), above, NID_ext_key_usage, spec.usage);
    extend(certificate.get(), above, NID_subject_key_identifier, "hash");
    extend(certificate.get(), above, NID_authority_key_identifier, "keyid");
    X509_sign(certificate.get(), issuer_key == nullptr ? key.get() : issuer_key, EVP_sha256());
    return {to_pem(certificate.get()), to_pem(key.get())};
}

}  // namespace

TestAuthority::TestAuthority(const std::string& common_name)
    : pair_(sign({.common_name = common_name, .ca = true}, nullptr, nullptr)) {}

CertificatePair TestAuthority::issue(const CertificateSpec& spec) const {
    const CertificateHandle issuer(
        made(PEM_read_bio_X509(memory(pair_.certificate_pem).get(), nullptr, nullptr, nullptr)),
        X509_free);
    const KeyHandle key(
        made(PEM_read_bio_PrivateKey(memory(pair_.key_pem).get(), nullptr, nullptr, nullptr)),
        EVP_PKEY_free);
    return sign(spec, issuer.get(), key.get());
}

TestAuthority TestAuthority::intermediate(const std::string& common_name) const {
    return TestAuthority(issue({.common_name = common_name, .ca = true}));
}

}  // namespace stackseal::tests
