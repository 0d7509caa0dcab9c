// SPDX-License-Identifier: Apache-2.0
// Small predicates; signatures are verified by pki, names and times are compared here.
#include "tests/simulation/oracle.hpp"

#include <algorithm>
#include <set>

#include "controller/api/names.hpp"
#include "controller/core/concat.hpp"
#include "controller/core/renewal.hpp"
#include "controller/pki/inspect.hpp"
#include "controller/probe/verify.hpp"
#include "tests/simulation/world.hpp"

namespace stackseal::simulation {

namespace {

using api::CertificateSpec;
using api::SecretFacts;
using core::concat;

std::string_view mark(const SecretFacts& secret, std::string_view key) {
    return api::find_or_empty(secret.meta.annotations, key);
}

std::string_view bytes(const api::Secret& secret, std::string_view key) {
    const core::SecretBytes* found = api::find_data(secret, key);
    return found == nullptr ? std::string_view() : found->reveal();
}

std::set<std::string> set_of(const std::vector<std::string>& names) {
    return {names.begin(), names.end()};
}

bool key_is_as_asked(const CertificateSpec& spec, const core::PairFacts& pair) {
    return pair.key == core::KeyState::kMatches && pair.key_spec &&
           (!spec.private_key.algorithm || pair.key_spec->algorithm == *spec.private_key.algorithm);
}

bool lasts_as_asked(const CertificateSpec& spec, const core::CertificateFacts& leaf) {
    return !spec.duration || leaf.not_after - leaf.not_before == *spec.duration;
}

bool issued_under(const core::CertificateFacts& leaf, const Wanted& wanted) {
    if (wanted.by_itself) return leaf.self_signed;
    if (!wanted.signer || wanted.signer->pair.chain.empty()) return true;  // nothing to compare
    const core::CertificateFacts& ca = wanted.signer->pair.chain[0];
    return ca.subject_der == leaf.issuer_der && ca.subject_key_id == leaf.authority_key_id;
}

bool is_due(const api::Certificate& certificate, const SecretFacts& secret, core::Time now) {
    const core::CertificateFacts& leaf = secret.pair.chain[0];
    const CertificateSpec& spec = certificate.spec;
    return now >= core::jittered_renewal_time(
                      leaf.not_before, leaf.not_after,
                      {spec.renew_before, spec.renew_before_percentage},
                      concat(certificate.meta.uid, "/", mark(secret, api::kRevision)));
}

std::string unlike_spec(const CertificateSpec& spec, const SecretFacts& secret) {
    const core::CertificateFacts& leaf = secret.pair.chain[0];
    if (!key_is_as_asked(spec, secret.pair)) return "key";
    if (set_of(leaf.names.dns) != set_of(spec.dns_names)) return "names";
    if (leaf.subject.common_name != spec.dns_names[0]) return "common name";
    if (!lasts_as_asked(spec, leaf)) return "duration";
    if (mark(secret, api::kIssuerName) != spec.issuer_ref.name) return "issuer";
    if (!spec.reissue.empty() && mark(secret, api::kReissue) != spec.reissue) return "reissue";
    return "";
}

}  // namespace

bool is_marked(const SecretFacts& secret, const std::string& certificate) {
    return api::find_or_empty(secret.meta.labels, api::kManagedLabel) == api::kManagedValue &&
           mark(secret, api::kCertificateName) == certificate;
}

std::string misfit(const Wanted& wanted, const SecretFacts& secret, core::Time now) {
    if (secret.pair.chain.empty()) return "no certificate";
    if (mark(secret, api::kPairDigest) != secret.pair_digest) return "changed by somebody";
    std::string unlike = unlike_spec(wanted.certificate->spec, secret);
    if (!unlike.empty()) return unlike;
    if (!issued_under(secret.pair.chain[0], wanted)) return "signer";
    return is_due(*wanted.certificate, secret, now) ? "due" : "";
}

std::string unusable(const api::Secret& secret) {
    const std::string_view chain = bytes(secret, api::kTlsCrt);
    const auto facts =
        pki::inspect_pair(chain, bytes(secret, api::kTlsKey), bytes(secret, api::kCaCrt));
    if (facts.key != core::KeyState::kMatches) return "tls.key does not belong to tls.crt";
    if (facts.anchors.size() != 1 || !facts.anchors[0].self_signed)
        return "ca.crt is not one self-signed certificate";
    const auto verified = probe::verify({.chain_pem = chain,
                                         .anchors_pem = bytes(secret, api::kCaCrt),
                                         .server = !facts.chain[0].is_ca});
    return verified ? "" : verified.error().message;
}

std::int64_t revision_in(const api::Snapshot<SecretFacts>& secret) {
    if (!secret) return 0;
    const std::string text(mark(*secret, api::kRevision));
    return text.empty() ? 0 : std::stoll(text);
}

std::optional<core::Ref> signer_ref(const api::Issuer& issuer) {
    if (const auto* ca = std::get_if<api::CaSecret>(&issuer.spec.source))
        return secret_ref(ca->secret_name);
    if (!std::holds_alternative<api::Authority>(issuer.spec.source)) return std::nullopt;
    return core::Ref{core::Resource::kSecret, kAuthoritySpace,
                     concat(kSpace, ".", issuer.meta.name, ".g1")};
}

}  // namespace stackseal::simulation
