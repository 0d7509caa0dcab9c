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

/// The first problem stays: the others are often its consequence.
void note(PairFacts& pair, std::string_view where, const core::Error& error) {
    if (pair.problem.empty()) pair.problem = at(where, error).message;
}

/// Absent text is no problem of ours; what is absent shows in the facts.
std::vector<CertificateFacts> chain_or_note(PairFacts& pair, std::string_view where,
                                            std::string_view pem) {
    if (pem.empty()) return {};
    auto chain = inspect_chain(pem);
    if (chain) return *std::move(chain);
    note(pair, where, chain.error());
    return {};
}

PairFacts certificates_of(std::string_view chain_pem, std::string_view anchors_pem) {
    PairFacts pair;
    pair.chain = chain_or_note(pair, "tls.crt", chain_pem);
    pair.anchors = chain_or_note(pair, "ca.crt", anchors_pem);
    return pair;
}

core::Result<std::string> public_digest(const StoredKey& stored) {
    STACKSEAL_TRY(const auto half, must<PublicKeyHandle>("public key", X509_PUBKEY_new()));
    STACKSEAL_CHECK(put_public_half(stored.key.get(), half.get()));
    return digest_of(half.get());
}

KeyState compare(const PairFacts& pair, const StoredKey& stored) {
    const auto digest = public_digest(stored);
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

PairFacts inspect_pair(std::string_view chain_pem, std::string_view key_pem,
                       std::string_view anchors_pem) {
    PairFacts pair = certificates_of(chain_pem, anchors_pem);
    add_key(pair, key_pem);
    return pair;
}

PairFacts inspect_trusted_pair(std::string_view chain_pem, std::string_view key_pem,
                               std::string_view anchors_pem) {
    PairFacts pair = certificates_of(chain_pem, anchors_pem);
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
