// SPDX-License-Identifier: Apache-2.0
// What PEM text says, as facts. Input is capped before it is parsed; nothing here trusts it.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "controller/core/certificates.hpp"
#include "controller/core/result.hpp"

namespace stackseal::pki {

/// All certificates of a PEM text, in order. Text between the blocks is skipped; other kinds of
/// blocks are refused. Errors: kCorrupt (position and reason) for damage, none, over 1,000
/// certificates or over 330,000 bytes.
core::Result<std::vector<core::CertificateFacts>> inspect_chain(std::string_view pem);

/// Looks into certificates and remembers what it will be asked again, since parsing one takes
/// longer than all else: authorities stand in the Secrets of all their leaves, and what was linted
/// before it is written comes back as an answer and as an event. Any thread may call.
class Inspector {
  public:
    /// As pki::lint; what a clean certificate says is remembered.
    std::vector<std::string> lint(std::string_view certificate_pem,
                                  const core::CertificateFacts* issuer);

    /// What a Secret's three values say. Never fails: what does not parse is the facts' problem.
    /// Empty text: absent. The key is checked to belong to the first certificate of the chain.
    core::PairFacts pair(std::string_view chain_pem, std::string_view key_pem,
                         std::string_view anchors_pem);

    /// The same without parsing the key: for a Secret whose recorded digest fits its bytes, the key
    /// is known to match. spec and encoding of the key are taken from the certificate and the PEM
    /// label.
    core::PairFacts trusted_pair(std::string_view chain_pem, std::string_view key_pem,
                                 std::string_view anchors_pem);

  private:
    using Shared = std::shared_ptr<const core::CertificateFacts>;
    core::PairFacts certificates(std::string_view chain_pem, std::string_view anchors_pem);
    core::Result<core::Certificates> read(std::string_view pem);
    core::Result<Shared> read_one(std::string_view der);
    Shared known(const std::string& digest);
    void remember(const Shared& facts, std::size_t size);

    std::mutex mutex_;
    std::map<std::string, Shared, std::less<>> known_;  ///< by fingerprint; by mutex_
};

/// Inspector::pair for one look.
core::PairFacts inspect_pair(std::string_view chain_pem, std::string_view key_pem,
                             std::string_view anchors_pem);
/// The same for Inspector::trusted_pair.
core::PairFacts inspect_trusted_pair(std::string_view chain_pem, std::string_view key_pem,
                                     std::string_view anchors_pem);

/// Hex SHA-256 over chain, a NUL, and key: SecretFacts::pair_digest. "" if both are empty.
std::string pair_digest(std::string_view chain_pem, std::string_view key_pem);

/// DER of one certificate from the first PEM block, as lower-case hex of SHA-256: a fingerprint.
core::Result<std::string> fingerprint(std::string_view certificate_pem);

}  // namespace stackseal::pki
