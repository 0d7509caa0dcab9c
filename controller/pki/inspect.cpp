// SPDX-License-Identifier: Apache-2.0
// The public surface of inspection: texts in, facts out, and no failure that is not one line.
#include "controller/pki/inspect.hpp"

#include "controller/pki/certificate.hpp"
#include "controller/pki/hash.hpp"
#include "controller/pki/pem.hpp"
#include "controller/pki/private_key.hpp"

namespace stackseal::pki {

namespace {

using core::CertificateFacts;
using core::KeyState;
using core::PairFacts;

/// Far more than one cloud has authorities, or issues before the first comes back; then all is
/// forgotten, and learnt again.
constexpr std::size_t kMostRemembered = 1'000;
/// Several times what an authority's certificate takes, so that nobody fills the memory.
constexpr std::size_t kLargestRemembered = 8'192;

/// The first problem stays: the others are often its consequence.
void note(PairFacts& pair, std::string_view where, const core::Error& error) {
    if (pair.problem.empty()) pair.problem = at(where, error).message;
}

KeyState compare(const PairFacts& pair, const StoredKey& stored) {
    const auto digest = public_digest(stored.key.get());
    const bool same = digest && !pair.chain.empty() && pair.chain.front().public_key == *digest;
    return same ? KeyState::kMatches : KeyState::kMismatched;
}

void add_key(PairFacts& pair, std::string_view key_pem) {
    if (key_pem.empty()) return;
    const auto stored = read_key(key_pem);
    if (!stored) {
        pair.key = KeyState::kUnreadable;
        note(pair, "tls.key", stored.error());
        return;
    }
    pair.key_spec = spec_of(stored->key.get());
    pair.encoding = stored->encoding;
    pair.key = compare(pair, *stored);
}

}  // namespace

core::Result<std::vector<CertificateFacts>> inspect_chain(std::string_view pem) {
    STACKSEAL_TRY(auto read, read_certificates(pem));
    std::vector<CertificateFacts> facts;
    facts.reserve(read.size());
    for (StoredCertificate& one : read) facts.push_back(std::move(one.facts));
    return facts;
}

core::Result<Inspector::Shared> Inspector::read_one(std::string_view der) {
    if (auto facts = known(hex(sha256(der)))) return facts;
    STACKSEAL_TRY(const CertificateHandle x509, decode_certificate(der));
    STACKSEAL_TRY(CertificateFacts facts, facts_of(x509.get()));
    const auto shared = std::make_shared<const CertificateFacts>(std::move(facts));
    if (shared->is_ca) remember(shared, der.size());
    return Shared(shared);
}

Inspector::Shared Inspector::known(const std::string& digest) {
    const std::lock_guard lock(mutex_);
    const auto it = known_.find(digest);
    return it == known_.end() ? nullptr : it->second;
}

void Inspector::remember(const Shared& facts, std::size_t size) {
    if (size > kLargestRemembered) return;
    const std::lock_guard lock(mutex_);
    if (known_.size() >= kMostRemembered) known_.clear();
    known_.emplace(facts->fingerprint, facts);
}

core::Result<core::Certificates> Inspector::read(std::string_view pem) {
    core::Certificates all;
    if (pem.empty()) return all;  // absent text is no problem of ours: it shows in the facts
    STACKSEAL_TRY(const std::vector<PemBlock> blocks, certificate_blocks(pem));
    for (const PemBlock& block : blocks) {
        auto one = read_one(block.der.reveal());
        if (!one) return in_block(all.size(), block, one.error());
        all.push_back(*std::move(one));
    }
    return all;
}

PairFacts Inspector::certificates(std::string_view chain_pem, std::string_view anchors_pem) {
    PairFacts pair;
    auto chain = read(chain_pem);
    if (!chain) note(pair, "tls.crt", chain.error());
    auto anchors = read(anchors_pem);
    if (!anchors) note(pair, "ca.crt", anchors.error());
    if (chain) pair.chain = *std::move(chain);
    if (anchors) pair.anchors = *std::move(anchors);
    return pair;
}

PairFacts Inspector::pair(std::string_view chain_pem, std::string_view key_pem,
                          std::string_view anchors_pem) {
    PairFacts pair = certificates(chain_pem, anchors_pem);
    add_key(pair, key_pem);
    return pair;
}

PairFacts Inspector::trusted_pair(std::string_view chain_pem, std::string_view key_pem,
                                  std::string_view anchors_pem) {
    PairFacts pair = certificates(chain_pem, anchors_pem);
    const auto encoding = labelled_encoding(key_pem);
    if (pair.chain.empty() || !encoding) {
        add_key(pair, key_pem);
        return pair;
    }
    pair.key_spec = pair.chain.front().key;
    pair.encoding = encoding;
    pair.key = KeyState::kMatches;
    return pair;
}

PairFacts inspect_pair(std::string_view chain_pem, std::string_view key_pem,
                       std::string_view anchors_pem) {
    return Inspector().pair(chain_pem, key_pem, anchors_pem);
}

PairFacts inspect_trusted_pair(std::string_view chain_pem, std::string_view key_pem,
                               std::string_view anchors_pem) {
    return Inspector().trusted_pair(chain_pem, key_pem, anchors_pem);
}

std::string pair_digest(std::string_view chain_pem, std::string_view key_pem) {
    if (chain_pem.empty() && key_pem.empty()) return {};
    std::string both;
    both.reserve(chain_pem.size() + key_pem.size() + 1);
    both.append(chain_pem).append(1, '\0').append(key_pem);
    const auto wiped_later = core::SecretBytes::take(std::move(both));
    return hex(sha256(wiped_later.reveal()));
}

core::Result<std::string> fingerprint(std::string_view certificate_pem) {
    PemReader reader(certificate_pem);
    STACKSEAL_TRY(const auto block, reader.next_pem());
    if (!block || block->label != "CERTIFICATE") return corrupt("no certificate in PEM");
    return hex(sha256(block->der.reveal()));
}

}  // namespace stackseal::pki
