// SPDX-License-Identifier: Apache-2.0
// A CA's Secret becomes a signer only after all that clients will check was checked here.
#include <algorithm>

#include "controller/pki/chain.hpp"
#include "controller/pki/hash.hpp"
#include "controller/pki/parsed_signer.hpp"
#include "controller/pki/private_key.hpp"

namespace stackseal::pki {

namespace {

using core::Result;
using Chain = std::vector<StoredCertificate>;

Result<Chain> read_chain(std::string_view pem) {
    auto read = read_certificates(pem);
    if (!read) return at("the CA's chain", std::move(read).error());
    STACKSEAL_CHECK(check_is_ca(read->front()));
    return arrange(*std::move(read));
}

Result<Chain> read_anchors(std::string_view pem) {
    if (pem.empty()) return Chain();
    auto read = read_certificates(pem);
    if (!read) return at("the CA's anchors", std::move(read).error());
    return read;
}

Result<KeyHandle> read_key_of(const StoredCertificate& ca, std::string_view pem) {
    auto stored = read_key(pem);
    if (!stored) return at("the CA's key", std::move(stored).error());
    if (!spec_of(stored->key.get())) return corrupt("the CA's key is of a kind not signed with");
    STACKSEAL_TRY(const std::string digest, public_digest(stored->key.get()));
    if (digest != ca.facts.public_key)
        return corrupt("the CA's key does not belong to its certificate");
    return std::move(stored->key);
}

/// The tightest path length of the chain, less the CAs that each one has below it already.
std::optional<int> room_below(const Chain& chain) {
    std::optional<int> room;
    for (std::size_t i = 0; i < chain.size(); ++i) {
        const auto most = chain[i].facts.max_path_len;
        if (most) room = std::min(room.value_or(*most), *most - static_cast<int>(i));
    }
    return room;
}

std::string pem_of(const Chain& chain, bool with_root) {
    std::string text;
    for (const StoredCertificate& one : chain)
        if (with_root || !one.facts.self_signed) text += certificate_pem(one.x509.get());
    return text;
}

std::string anchors_of(const Chain& chain, const Chain& anchors) {
    if (!chain.back().facts.self_signed && !anchors.empty()) return pem_of(anchors, true);
    return certificate_pem(chain.back().x509.get());
}

}  // namespace

std::string key_id_of(const X509* certificate, const core::CertificateFacts& facts) {
    if (!facts.subject_key_id.empty()) return unhex(facts.subject_key_id);
    return sha1(key_bits(X509_get_X509_PUBKEY(certificate)));
}

Result<std::shared_ptr<const Signer>> Signer::load(std::string_view chain_pem,
                                                   std::string_view key_pem,
                                                   std::string_view anchors_pem) {
    STACKSEAL_TRY(Chain chain, read_chain(chain_pem));
    STACKSEAL_TRY(const Chain anchors, read_anchors(anchors_pem));
    STACKSEAL_CHECK(check_anchored(chain, anchors));
    STACKSEAL_TRY(KeyHandle key, read_key_of(chain.front(), key_pem));
    auto parsed = std::make_unique<Parsed>();
    parsed->key = std::move(key);
    parsed->intermediates = pem_of(chain, false);
    parsed->anchors = anchors_of(chain, anchors);
    parsed->key_id = key_id_of(chain.front().x509.get(), chain.front().facts);
    parsed->room = room_below(chain);
    parsed->facts = std::move(chain.front().facts);
    parsed->certificate = std::move(chain.front().x509);
    return std::shared_ptr<const Signer>(new Signer(std::move(parsed)));
}

Signer::Signer(std::unique_ptr<const Parsed> parsed) : parsed_(std::move(parsed)) {}
Signer::~Signer() = default;

const core::CertificateFacts& Signer::facts() const {
    return parsed_->facts;
}
const std::string& Signer::intermediates_pem() const {
    return parsed_->intermediates;
}
const std::string& Signer::anchors_pem() const {
    return parsed_->anchors;
}

}  // namespace stackseal::pki
