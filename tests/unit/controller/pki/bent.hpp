// SPDX-License-Identifier: Apache-2.0
// Certificates bent out of shape: what sign() never makes, made with OpenSSL's own functions.
#pragma once

#include <openssl/core_names.h>
#include <openssl/rsa.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "controller/pki/certificate.hpp"
#include "controller/pki/handle.hpp"
#include "controller/pki/pem.hpp"
#include "tests/unit/controller/pki/support.hpp"

namespace stackseal::pki::test {

inline void drop(X509* certificate, int nid) {
    const int place = X509_get_ext_by_NID(certificate, nid, -1);
    if (place >= 0) X509_EXTENSION_free(X509_delete_ext(certificate, place));
}

/// Adds an extension of raw octets beside whatever is there.
inline void append(X509* certificate, int nid, std::string_view content, bool critical) {
    const OctetsHandle value(ASN1_OCTET_STRING_new());
    ASN1_OCTET_STRING_set(value.get(), octets(content), static_cast<int>(content.size()));
    X509_EXTENSION* extension =
        X509_EXTENSION_create_by_NID(nullptr, nid, critical ? 1 : 0, value.get());
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
}

inline void put(X509* certificate, int nid, std::string_view content, bool critical) {
    drop(certificate, nid);
    append(certificate, nid, content, critical);
}

/// The same extension with the other criticality.
inline void flip_critical(X509* certificate, int nid) {
    const int place = X509_get_ext_by_NID(certificate, nid, -1);
    X509_EXTENSION* extension = X509_delete_ext(certificate, place);
    X509_EXTENSION_set_critical(extension, 1 - X509_EXTENSION_get_critical(extension));
    X509_add_ext(certificate, extension, place);
    X509_EXTENSION_free(extension);
}

/// subjectAltName of one kind of name, unchecked.
inline void put_names(X509* certificate, int kind, const std::vector<std::string>& texts) {
    const SanHandle names(GENERAL_NAMES_new());
    for (const std::string& text : texts) {
        const int type = kind == GEN_IPADD ? V_ASN1_OCTET_STRING : V_ASN1_IA5STRING;
        ASN1_STRING* string = ASN1_STRING_type_new(type);
        ASN1_STRING_set(string, text.data(), static_cast<int>(text.size()));
        GENERAL_NAME* name = GENERAL_NAME_new();
        GENERAL_NAME_set0_value(name, kind, string);
        sk_GENERAL_NAME_push(names.get(), name);
    }
    drop(certificate, NID_subject_alt_name);
    X509_add1_ext_i2d(certificate, NID_subject_alt_name, names.get(), 0, X509V3_ADD_DEFAULT);
}

/// An attribute of the subject: NID, type, text. Unchecked, and in the order given.
struct Attribute {
    int nid;
    int type;
    std::string text;
    int set = 0;  ///< 0: an RDN of its own; -1: within that of the one before
};

inline void put_subject(X509* certificate, const std::vector<Attribute>& attributes) {
    const NameHandle name(X509_NAME_new());
    for (const Attribute& one : attributes)
        X509_NAME_add_entry_by_NID(name.get(), one.nid, one.type, octets(one.text),
                                   static_cast<int>(one.text.size()), -1, one.set);
    X509_set_subject_name(certificate, name.get());
}

/// A time as raw text. type: V_ASN1_UTCTIME or V_ASN1_GENERALIZEDTIME.
inline void put_end(X509* certificate, int type, std::string_view text) {
    ASN1_TIME* time = X509_getm_notAfter(certificate);
    ASN1_STRING_set(time, text.data(), static_cast<int>(text.size()));
    time->type = type;
}

inline void put_serial(X509* certificate, std::string_view bytes, bool negative = false) {
    ASN1_INTEGER* serial = X509_get_serialNumber(certificate);
    ASN1_STRING_set(serial, bytes.data(), static_cast<int>(bytes.size()));
    serial->type = negative ? V_ASN1_NEG_INTEGER : V_ASN1_INTEGER;
}

inline void put_key(X509* certificate, const KeyHandle& key) {
    if (key == nullptr || X509_set_pubkey(certificate, key.get()) != 1)
        throw std::runtime_error("the test's key cannot be used");
}

/// A key on a curve, told to write itself otherwise than usual. parameter null: as usual.
inline KeyHandle ec_key(const char* curve, const char* parameter = nullptr,
                        const char* value = nullptr) {
    KeyHandle key(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", curve));
    if (parameter != nullptr && EVP_PKEY_set_utf8_string_param(key.get(), parameter, value) != 1)
        return nullptr;
    return key;
}

/// An RSA public key of any numbers, written as its DER says it.
inline void put_rsa(X509* certificate, const BnHandle& modulus, unsigned long exponent) {
    const auto integer = [](const BIGNUM* number) {
        const Handle<ASN1_INTEGER, ASN1_INTEGER_free> value(BN_to_ASN1_INTEGER(number, nullptr));
        return der_of(value.get(), i2d_ASN1_INTEGER);
    };
    const BnHandle e(BN_new());
    BN_set_word(e.get(), exponent);
    const std::string body = integer(modulus.get()) + integer(e.get());
    std::string der = "\x30\x82";
    der += static_cast<char>(body.size() >> 8U);
    der += static_cast<char>(body.size() & 255U);
    der += body;
    auto* bits = static_cast<unsigned char*>(OPENSSL_memdup(der.data(), der.size()));
    X509_PUBKEY_set0_param(X509_get_X509_PUBKEY(certificate), OBJ_nid2obj(NID_rsaEncryption),
                           V_ASN1_NULL, nullptr, bits, static_cast<int>(der.size()));
}

/// An odd number of so many bits; nobody asks whether it is a product of two primes.
inline BnHandle odd_number(int bits) {
    BnHandle number(BN_new());
    BN_rand(number.get(), bits, BN_RAND_TOP_TWO, BN_RAND_BOTTOM_ODD);
    return number;
}

/// (a - 4)(a + 4): its factors lie eight apart.
inline BnHandle product_of_neighbours() {
    const BnCtxHandle context(BN_CTX_new());
    const BnHandle a = odd_number(1024);
    BnHandle product(BN_new());
    BN_sqr(product.get(), a.get(), context.get());
    BN_sub_word(product.get(), 16);
    return product;
}

/// The signed part's outer algorithm, which OpenSSL lets nobody change.
inline void put_outer_algorithm(X509* certificate, int nid, int parameter_type) {
    const X509_ALGOR* algorithm = nullptr;
    X509_get0_signature(nullptr, &algorithm, certificate);
    X509_ALGOR_set0(const_cast<X509_ALGOR*>(algorithm), OBJ_nid2obj(nid), parameter_type, nullptr);
}

/// DER with octets put before the extensions; all lengths that change have two octets.
inline std::string with_unique_identifier(std::string der) {
    constexpr std::string_view kIdentifier("\x81\x02\x00\x01", 4);
    const auto grow = [&](std::size_t place) {
        const std::size_t size = (static_cast<unsigned char>(der[place]) << 8U) +
                                 static_cast<unsigned char>(der[place + 1]) + kIdentifier.size();
        der[place] = static_cast<char>(size >> 8U);
        der[place + 1] = static_cast<char>(size & 255U);
    };
    const std::size_t extensions = der.rfind("\xa3\x81");
    const std::size_t longer = der.rfind("\xa3\x82");
    grow(2);  // 30 82 LL LL 30 82 LL LL
    grow(6);
    return der.insert(extensions == std::string::npos ? longer : extensions, kIdentifier);
}

}  // namespace stackseal::pki::test
