// SPDX-License-Identifier: Apache-2.0
// A name says who may have issued a certificate, a signature who did.
#include "controller/pki/chain.hpp"

#include <algorithm>
#include <optional>

namespace stackseal::pki {

namespace {

using core::concat;
using core::Result;
using core::Usage;

/// How a certificate is called in a message: by the first octets of its fingerprint, and its name.
std::string called(const StoredCertificate& certificate) {
    const std::string& name = certificate.facts.subject.common_name;
    return concat("certificate ", certificate.facts.fingerprint.substr(0, 16), " ('", shown(name),
                  "')");
}

bool is_named_issuer(const StoredCertificate& issuer, const StoredCertificate& issued) {
    return issuer.facts.subject_der == issued.facts.issuer_der;
}

bool issued_by(const StoredCertificate& issued, const StoredCertificate& issuer) {
    EVP_PKEY* key = X509_get0_pubkey(issuer.x509.get());
    const bool verified = key != nullptr && X509_verify(issued.x509.get(), key) == 1;
    drain();
    return verified;
}

/// Takes the issuer of a certificate out of the rest; absent if nobody there has its name.
Result<std::optional<StoredCertificate>> take_issuer(const StoredCertificate& issued,
                                                     std::vector<StoredCertificate>& rest) {
    bool named = false;
    for (auto it = rest.begin(); it != rest.end(); ++it) {
        if (!is_named_issuer(*it, issued)) continue;
        named = true;
        if (!issued_by(issued, *it)) continue;
        std::optional<StoredCertificate> issuer(std::move(*it));
        rest.erase(it);
        return issuer;
    }
    if (named) return corrupt("the signature of ", called(issued), " does not fit its issuer");
    return std::optional<StoredCertificate>();
}

/// below: CA certificates between this one and the leaf. Source: RFC 5280 4.2.1.9.
Result<void> check_path_length(const StoredCertificate& issuer, std::size_t below) {
    const auto most = issuer.facts.max_path_len;
    if (!most || below <= static_cast<std::size_t>(*most)) return {};
    return corrupt(called(issuer), " allows ", *most, " CAs below it, the chain has ", below);
}

Result<void> check_nothing_left(const std::vector<StoredCertificate>& rest) {
    if (rest.empty()) return {};
    return corrupt(called(rest.front()), " is no part of the chain; remove it");
}

}  // namespace

Result<void> check_is_ca(const StoredCertificate& certificate) {
    if (!certificate.facts.is_ca)
        return corrupt(called(certificate), " is no CA: basicConstraints lack CA:TRUE");
    STACKSEAL_TRY(const auto bits, extension_of<BitsHandle>(certificate.x509.get(), NID_key_usage));
    const int cert_sign = static_cast<int>(Usage::kCertSign);
    if (bits != nullptr && ASN1_BIT_STRING_get_bit(bits.get(), cert_sign) != 1)
        return corrupt(called(certificate), " is no CA: its keyUsage lacks keyCertSign");
    return {};
}

Result<std::vector<StoredCertificate>> arrange(std::vector<StoredCertificate> chain) {
    std::vector<StoredCertificate> ordered;
    ordered.push_back(std::move(chain.front()));
    chain.erase(chain.begin());
    while (!ordered.back().facts.self_signed) {
        STACKSEAL_TRY(auto issuer, take_issuer(ordered.back(), chain));
        if (!issuer) break;
        STACKSEAL_CHECK(check_is_ca(*issuer));
        STACKSEAL_CHECK(check_path_length(*issuer, ordered.size()));
        ordered.push_back(*std::move(issuer));
    }
    STACKSEAL_CHECK(check_nothing_left(chain));
    return ordered;
}

Result<void> check_anchored(const std::vector<StoredCertificate>& chain,
                            const std::vector<StoredCertificate>& anchors) {
    const StoredCertificate& top = chain.back();
    if (anchors.empty() || top.facts.self_signed) return {};
    for (const StoredCertificate& anchor : anchors) {
        const bool within = std::ranges::any_of(chain, [&](const StoredCertificate& one) {
            return one.facts.fingerprint == anchor.facts.fingerprint;
        });
        if (within || (is_named_issuer(anchor, top) && issued_by(top, anchor))) return {};
    }
    return corrupt("no certificate of ca.crt issued ", called(top),
                   "; add what is missing between them, or correct ca.crt");
}

}  // namespace stackseal::pki
