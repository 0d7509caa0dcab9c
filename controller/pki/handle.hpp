// SPDX-License-Identifier: Apache-2.0
// OpenSSL objects with an owner: each handle is one pointer wide and frees by its own function.
#pragma once

#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/decoder.h>
#include <openssl/encoder.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>
#include <string_view>

namespace stackseal::pki {

/// Frees by a function that is part of the type, so that it cannot be the wrong one.
template <auto Free>
struct Release {
    template <class T>
    void operator()(T* held) const noexcept {
        Free(held);
    }
};

template <class T, auto Free>
using Handle = std::unique_ptr<T, Release<Free>>;

using BioHandle = Handle<BIO, BIO_free_all>;
using BnHandle = Handle<BIGNUM, BN_free>;
using BnCtxHandle = Handle<BN_CTX, BN_CTX_free>;
using CertificateHandle = Handle<X509, X509_free>;
using ConstraintsHandle = Handle<BASIC_CONSTRAINTS, BASIC_CONSTRAINTS_free>;
using BitsHandle = Handle<ASN1_BIT_STRING, ASN1_BIT_STRING_free>;
using DecoderHandle = Handle<OSSL_DECODER_CTX, OSSL_DECODER_CTX_free>;
using DigestHandle = Handle<EVP_MD_CTX, EVP_MD_CTX_free>;
using EncoderHandle = Handle<OSSL_ENCODER_CTX, OSSL_ENCODER_CTX_free>;
using ExtendedUsageHandle = Handle<EXTENDED_KEY_USAGE, EXTENDED_KEY_USAGE_free>;
using IssuerKeyIdHandle = Handle<AUTHORITY_KEYID, AUTHORITY_KEYID_free>;
using KeyContextHandle = Handle<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
using KeyHandle = Handle<EVP_PKEY, EVP_PKEY_free>;
using NameHandle = Handle<X509_NAME, X509_NAME_free>;
using NameConstraintsHandle = Handle<NAME_CONSTRAINTS, NAME_CONSTRAINTS_free>;
using OctetsHandle = Handle<ASN1_OCTET_STRING, ASN1_OCTET_STRING_free>;
using Pkcs8Handle = Handle<PKCS8_PRIV_KEY_INFO, PKCS8_PRIV_KEY_INFO_free>;
using PublicKeyHandle = Handle<X509_PUBKEY, X509_PUBKEY_free>;
using SanHandle = Handle<GENERAL_NAMES, GENERAL_NAMES_free>;
using SanEntryHandle = Handle<GENERAL_NAME, GENERAL_NAME_free>;
using StringHandle = Handle<ASN1_STRING, ASN1_STRING_free>;

/// Text as the octets that OpenSSL wants.
inline const unsigned char* octets(std::string_view bytes) {
    return reinterpret_cast<const unsigned char*>(bytes.data());
}

/// Octets as text; a null pointer is an empty text.
inline std::string_view view(const unsigned char* bytes, std::size_t size) {
    return bytes == nullptr ? std::string_view()
                            : std::string_view(reinterpret_cast<const char*>(bytes), size);
}

/// The string's octets whatever its ASN.1 type; not copied, and text must not be null.
inline std::string_view view(const ASN1_STRING* text) {
    return view(ASN1_STRING_get0_data(text), static_cast<std::size_t>(ASN1_STRING_length(text)));
}

/// DER of any structure by its i2d function; empty if it cannot be written.
template <class T, class Encode>
std::string der_of(const T* value, Encode encode) {
    const int size = encode(value, nullptr);
    if (size <= 0) return {};
    std::string der(static_cast<std::size_t>(size), '\0');
    auto* out = reinterpret_cast<unsigned char*>(der.data());
    encode(value, &out);
    return der;
}

}  // namespace stackseal::pki
