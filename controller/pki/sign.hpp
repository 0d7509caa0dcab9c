// SPDX-License-Identifier: Apache-2.0
// Certificates, signed by the profile of RFC 5280 and the house's rules.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "controller/core/result.hpp"
#include "controller/core/x509.hpp"

namespace stackseal::pki {

/// A CA's certificate chain and key, parsed once, immutable, for any thread.
class Signer {
  public:
    /// chain_pem: the CA certificate first, then those above it in any order, a self-signed root
    /// allowed. Every link is verified, path lengths too; times are not judged.
    /// anchors_pem: ca.crt of the CA's Secret; may be empty.
    /// Errors: kCorrupt, with the reason, when the first certificate is no CA (basicConstraints,
    /// keyCertSign), the key does not parse or does not belong to it, a link of the chain fails,
    /// certificates are left over, or anchors are given and none of them issued the chain's top.
    static core::Result<std::shared_ptr<const Signer>> load(std::string_view chain_pem,
                                                            std::string_view key_pem,
                                                            std::string_view anchors_pem);
    ~Signer();
    Signer(const Signer&) = delete;
    Signer& operator=(const Signer&) = delete;

    /// Facts of the CA certificate that signs.
    const core::CertificateFacts& facts() const;
    /// What follows a leaf in tls.crt: the CA and those above it, less a self-signed root. PEM.
    const std::string& intermediates_pem() const;
    /// What stands in ca.crt: the self-signed root of the chain; else anchors_pem if given; else
    /// the topmost certificate known. PEM.
    const std::string& anchors_pem() const;

    struct Parsed;
    const Parsed& parsed() const { return *parsed_; }

  private:
    explicit Signer(std::unique_ptr<const Parsed> parsed);
    std::unique_ptr<const Parsed> parsed_;
};

/// A certificate for a public key, signed by signer; PEM of it alone.
/// Serial: 20 random octets (top bit clear, next set). Signature hash by the signer's key (P-256
/// and RSA: SHA-256, P-384 SHA-384, P-521 SHA-512). SKI, AKI by key id copied from the signer,
/// critical keyUsage and basicConstraints, SAN critical only if the subject is empty. Usages stand
/// as the profile lists them: what suits which kind of key is the caller's choice.
/// Errors: kInvalid for what cannot be encoded (a bad address, CN over 64 characters, a DNS name
/// beyond ASCII) or never verified (a CA without cert sign or subject, or below path length 0; cert
/// sign on a leaf; no name at all; an end before the beginning). kCorrupt: the parts of subject_key
/// make no key; that they are the wanted key, and a point of its curve, is the caller's promise.
/// Source: RFC 5280, research/pki-acme-ops.md section 1.
core::Result<std::string> sign(const core::Profile& profile, const core::PublicKey& subject_key,
                               const Signer& signer);

/// The same, signed by its own key; the public half is taken from its PKCS#8.
/// Errors: as sign(); kCorrupt: a key that does not parse.
core::Result<std::string> sign_self(const core::Profile& profile, const core::PrivateKey& key);

/// What keeps a certificate (PEM) from being written: what RFC 5280 forbids or a strict verifier
/// (OpenSSL -x509_strict, Python 3.13) rejects. An empty list is clean. One line each,
/// "check_name: what is wrong". issuer: facts of the signer, or null for a self-signed one.
/// Source: the names are zlint's where it has the check, without prefix
/// (research/pki-acme-ops.md 1.8); whatever needs the present time is not judged here.
std::vector<std::string> lint(std::string_view certificate_pem,
                              const core::CertificateFacts* issuer);

/// What the house's profile advises against, though verifiers take it and a user may have asked
/// for it: a name beside the SANs, usages that do not suit the key, an end after the issuer's.
/// Never a reason not to write; for plans, conditions and `stackseal lint`. Form: as lint().
std::vector<std::string> advise(std::string_view certificate_pem,
                                const core::CertificateFacts* issuer);

}  // namespace stackseal::pki
