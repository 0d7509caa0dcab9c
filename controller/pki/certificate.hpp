// SPDX-License-Identifier: Apache-2.0
// Certificates as OpenSSL holds them: read whole or not at all, looked into, and turned into facts.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "controller/core/result.hpp"
#include "controller/core/time.hpp"
#include "controller/core/x509.hpp"
#include "controller/pki/error.hpp"
#include "controller/pki/handle.hpp"
#include "controller/pki/pem.hpp"

namespace stackseal::pki {

/// A certificate that was read from PEM, with what it says.
struct StoredCertificate {
    CertificateHandle x509;
    core::CertificateFacts facts;
};

/// The blocks of a text, none of them anything but a certificate. Errors: as inspect_chain.
core::Result<std::vector<PemBlock>> certificate_blocks(std::string_view pem);

/// An error with the place of its block: "certificate 2 (line 14): …".
core::Error in_block(std::size_t index, const PemBlock& block, const core::Error& error);

/// All certificates of a text. Errors: as inspect_chain.
core::Result<std::vector<StoredCertificate>> read_certificates(std::string_view pem);

/// A certificate from DER. Errors: kCorrupt, also for bytes that follow it and for BER.
core::Result<CertificateHandle> decode_certificate(std::string_view der);

/// PEM of one certificate.
std::string certificate_pem(const X509* certificate);

/// What a certificate says. Errors: kCorrupt for an extension that we read and that does not parse
/// or stands there twice, and for times and names that are none.
core::Result<core::CertificateFacts> facts_of(X509* certificate);

/// An extension as the type that OpenSSL decodes it to; null: absent.
/// Errors: kCorrupt when it does not parse or stands there twice.
template <class Handle>
core::Result<Handle> extension_of(const X509* certificate, int nid) {
    int place = -1;  // -1: absent, -2: twice; else whether it is critical
    Handle found(
        static_cast<typename Handle::pointer>(X509_get_ext_d2i(certificate, nid, &place, nullptr)));
    drain();
    if (found == nullptr && place != -1)
        return corrupt(OBJ_nid2sn(nid), place == -2 ? " stands there twice" : " does not parse");
    return found;
}

/// Errors: kCorrupt for what is no time. Source: RFC 5280 4.1.2.5.
core::Result<core::Time> time_of(const ASN1_TIME* time);

}  // namespace stackseal::pki
