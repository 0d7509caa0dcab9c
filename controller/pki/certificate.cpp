// SPDX-License-Identifier: Apache-2.0
// The way from PEM text to parsed certificates, with its bounds.
#include "controller/pki/certificate.hpp"

namespace stackseal::pki {

namespace {

using core::concat;

constexpr std::size_t kLongestText = 330'000;  // a distribution's whole bundle is 220 KB
constexpr std::size_t kMostCertificates = 1'000;
constexpr std::string_view kLabel = "CERTIFICATE";

core::Result<void> check_label(const PemBlock& block) {
    if (block.label == kLabel) return {};
    return corrupt("is a ", block.label, "; only certificates may stand here");
}

core::Result<StoredCertificate> read_block(const PemBlock& block) {
    STACKSEAL_TRY(CertificateHandle x509, decode_certificate(block.der.reveal()));
    STACKSEAL_TRY(core::CertificateFacts facts, facts_of(x509.get()));
    return StoredCertificate{std::move(x509), std::move(facts)};
}

}  // namespace

core::Error in_block(std::size_t index, const PemBlock& block, const core::Error& error) {
    return at(concat("certificate ", index + 1, " (line ", block.line, ")"), error);
}

core::Result<std::vector<PemBlock>> certificate_blocks(std::string_view pem) {
    if (pem.size() > kLongestText)
        return corrupt("the text has ", pem.size(), " bytes; at most ", kLongestText);
    std::vector<PemBlock> blocks;
    PemReader reader(pem);
    while (true) {
        STACKSEAL_TRY(auto block, reader.next_pem());
        if (!block) break;
        if (blocks.size() == kMostCertificates)
            return corrupt("more than ", kMostCertificates, " certificates");
        if (const auto fits = check_label(*block); !fits)
            return in_block(blocks.size(), *block, fits.error());
        blocks.push_back(*std::move(block));
    }
    if (blocks.empty()) return corrupt("no certificate in PEM");
    return blocks;
}

core::Result<std::vector<StoredCertificate>> read_certificates(std::string_view pem) {
    STACKSEAL_TRY(const std::vector<PemBlock> blocks, certificate_blocks(pem));
    std::vector<StoredCertificate> read;
    for (const PemBlock& block : blocks) {
        auto one = read_block(block);
        if (!one) return in_block(read.size(), block, one.error());
        read.push_back(*std::move(one));
    }
    return read;
}

core::Result<CertificateHandle> decode_certificate(std::string_view der) {
    const unsigned char* from = octets(der);
    STACKSEAL_TRY(CertificateHandle x509,
                  must<CertificateHandle>("does not parse",
                                          d2i_X509(nullptr, &from, static_cast<long>(der.size())),
                                          core::Code::kCorrupt));
    drain();  // a public key of a kind unknown to OpenSSL leaves a trace, but is no failure
    const auto used = static_cast<std::size_t>(from - octets(der));
    if (used != der.size()) return corrupt("is followed by ", der.size() - used, " stray bytes");
    // OpenSSL reads BER, too; then its digests are not those of the bytes that stand in the file.
    if (der_of(x509.get(), i2d_X509) != der) return corrupt("is not DER (RFC 5280 4.1)");
    return x509;
}

std::string certificate_pem(const X509* certificate) {
    return to_pem(kLabel, der_of(certificate, i2d_X509));
}

}  // namespace stackseal::pki
