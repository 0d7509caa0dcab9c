// SPDX-License-Identifier: Apache-2.0
// One small predicate per reason, in the order in which they are asked.
#include "reconcilers/issuance/defects.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "controller/api/names.hpp"
#include "controller/core/concat.hpp"
#include "controller/core/duration.hpp"
#include "reconcilers/issuance/profile.hpp"
#include "reconcilers/issuance/template_keys.hpp"

namespace stackseal::issuance {

namespace {

using api::SecretFacts;
using core::CertificateFacts;
using core::concat;
namespace reason = core::reason;
using Found = std::optional<Defect>;

std::string_view annotation(const SecretFacts& secret, std::string_view key) {
    return api::find_or_empty(secret.meta.annotations, key);
}

const CertificateFacts& leaf(const Observed& observed) {
    return observed.secret->pair.chain[0];
}

Found check_presence(const Observed& observed, core::Time) {
    if (!observed.secret)
        return Defect{reason::kDoesNotExist,
                      concat("Secret ", observed.demand.secret.name, " does not exist")};
    for (const std::string_view key : {api::kTlsCrt, api::kTlsKey}) {
        const auto size = observed.secret->sizes.find(std::string(key));
        if (size == observed.secret->sizes.end() || size->second == 0)
            return Defect{reason::kMissingData, concat("the Secret has no ", key)};
    }
    return std::nullopt;
}

Found check_readable(const Observed& observed, core::Time) {
    const core::PairFacts& pair = observed.secret->pair;
    if (pair.chain.empty())
        return Defect{reason::kInvalidCertificate, concat("tls.crt: ", pair.problem)};
    if (pair.key == core::KeyState::kUnreadable)
        return Defect{reason::kInvalidKeyPair, concat("tls.key: ", pair.problem)};
    if (pair.key == core::KeyState::kMismatched)
        return Defect{reason::kInvalidKeyPair,
                      "tls.key does not belong to the certificate in tls.crt"};
    return std::nullopt;
}

Found check_untouched(const Observed& observed, core::Time) {
    if (annotation(*observed.secret, api::kPairDigest) == observed.secret->pair_digest)
        return std::nullopt;
    return Defect{reason::kSecretModified, "tls.crt or tls.key was changed by somebody else"};
}

Found check_issuer(const Observed& observed, core::Time) {
    const api::IssuerRef& wanted = observed.demand.issuer;
    const SecretFacts& secret = *observed.secret;
    if (annotation(secret, api::kIssuerName) == wanted.name &&
        annotation(secret, api::kIssuerNamespace) == wanted.space &&
        annotation(secret, api::kIssuerKind) == wanted.kind &&
        annotation(secret, api::kIssuerGroup) == wanted.group)
        return std::nullopt;
    return Defect{
        reason::kIncorrectIssuer,
        concat("issued by ", annotation(secret, api::kIssuerKind), " ",
               annotation(secret, api::kIssuerNamespace), "/", annotation(secret, api::kIssuerName),
               ", wanted is ", wanted.kind, " ", wanted.space, "/", wanted.name)};
}

/// By key id and name: a CA certificate renewed with its key and name kept signs the same chain.
Found check_signer(const Observed& observed, core::Time) {
    if (!observed.signer || observed.signer->pair.chain.empty()) return std::nullopt;
    const CertificateFacts& signer = observed.signer->pair.chain[0];
    const CertificateFacts& have = leaf(observed);
    const bool same_key = signer.subject_key_id.empty() || have.authority_key_id.empty() ||
                          signer.subject_key_id == have.authority_key_id;
    if (same_key && signer.subject_der == have.issuer_der) return std::nullopt;
    return Defect{reason::kSignerChanged,
                  concat("signed by another CA than the present one in Secret ",
                         observed.signer->meta.space, "/", observed.signer->meta.name)};
}

Found check_self(const Observed& observed, core::Time) {
    const bool wanted = std::holds_alternative<OwnKey>(observed.demand.signer);
    if (!wanted || leaf(observed).self_signed) return std::nullopt;
    return Defect{reason::kSignerChanged, "the certificate is not signed by its own key"};
}

Found check_key(const Observed& observed, core::Time) {
    const core::PairFacts& pair = observed.secret->pair;
    const KeyDemand& wanted = observed.demand.key;
    if (!pair.key_spec || !key_fits(wanted, *pair.key_spec))
        return Defect{reason::kSecretMismatch,
                      concat("the key is ",
                             pair.key_spec ? core::to_string(*pair.key_spec) : "of another kind",
                             ", spec.privateKey asks for ", core::to_string(new_key_spec(wanted)))};
    const bool has_choice = pair.key_spec->algorithm != core::KeyAlgorithm::kEd25519;
    if (has_choice && wanted.encoding && pair.encoding != wanted.encoding)
        return Defect{reason::kSecretMismatch,
                      "the key's encoding is not spec.privateKey.encoding"};
    return std::nullopt;
}

std::vector<std::string> sorted(std::vector<std::string> names) {
    std::ranges::sort(names);
    return names;
}

bool same_names(const core::Names& a, const core::Names& b) {
    return sorted(a.dns) == sorted(b.dns) && sorted(a.ips) == sorted(b.ips) &&
           sorted(a.uris) == sorted(b.uris) && sorted(a.emails) == sorted(b.emails);
}

bool duration_fits(const Observed& observed) {
    if (!observed.demand.duration) return true;
    const auto lifetime = leaf(observed).not_after - leaf(observed).not_before;
    const bool cut = chain_end(observed) && leaf(observed).not_after == *chain_end(observed);
    return lifetime == *observed.demand.duration || (cut && lifetime < *observed.demand.duration);
}

std::string_view differing_field(const Observed& observed) {
    const Demand& wanted = observed.demand;
    const CertificateFacts& have = leaf(observed);
    if (!same_names(have.names, wanted.names)) return "names";
    if (have.subject.common_name != wanted.subject.common_name) return "commonName";
    if (!(have.subject == wanted.subject)) return "subject";
    if (have.is_ca != wanted.is_ca) return "isCA";
    if (!wanted.usages.empty() && have.key &&
        have.usages != effective_usages(wanted, have.key->algorithm))
        return "usages";
    return duration_fits(observed) ? "" : "duration";
}

Found check_spec(const Observed& observed, core::Time) {
    const std::string_view field = differing_field(observed);
    if (field.empty()) return std::nullopt;
    return Defect{reason::kRequestChanged,
                  concat("the certificate differs from the spec in its ", field)};
}

Found check_reissue(const Observed& observed, core::Time) {
    const std::string& wanted = observed.demand.reissue;
    if (wanted.empty() || annotation(*observed.secret, api::kReissue) == wanted)
        return std::nullopt;
    return Defect{reason::kReissueRequested, concat("spec.reissue is \"", wanted, "\"")};
}

Found check_time(const Observed& observed, core::Time now) {
    const core::Time end = leaf(observed).not_after;
    if (now >= end)
        return Defect{reason::kExpired,
                      concat("the certificate expired at ", core::format_rfc3339(end))};
    const core::Time due = renewal_of(observed.demand, *observed.secret);
    if (now < due) return std::nullopt;
    return Defect{reason::kRenewing, concat("due for renewal since ", core::format_rfc3339(due))};
}

constexpr std::array kChecks = {check_presence, check_readable, check_untouched, check_issuer,
                                check_signer,   check_self,     check_key,       check_spec,
                                check_reissue,  check_time};

bool owned_by(const Demand& demand, const SecretFacts& secret) {
    return api::find_or_empty(secret.meta.labels, api::kManagedLabel) == api::kManagedValue &&
           std::ranges::all_of(demand.identity, [&](const auto& mark) {
               return annotation(secret, mark.first) == mark.second;
           });
}

std::string whose(const SecretFacts& secret) {
    const std::string_view certificate = annotation(secret, api::kCertificateName);
    if (!certificate.empty()) return concat("Certificate ", secret.meta.space, "/", certificate);
    const std::string_view authority = annotation(secret, api::kAuthorityName);
    if (!authority.empty())
        return concat("the authority of Issuer ", annotation(secret, api::kAuthorityNamespace), "/",
                      authority);
    if (!secret.meta.owners.empty())
        return concat(secret.meta.owners[0].kind, " ", secret.meta.owners[0].name);
    return "somebody else (it carries no mark of Stackseal)";
}

/// deletionPolicy decides whether the Secret dies with its owner, in both directions.
bool owner_drifted(const Demand& demand, const SecretFacts& secret) {
    const auto& owners = secret.meta.owners;
    if (!demand.owner_reference)
        return std::ranges::find(owners, demand.owner_uid, &api::OwnerReference::uid) !=
               owners.end();
    return std::ranges::find(owners, *demand.owner_reference) == owners.end();
}

Halt unusable(core::Reason why, std::string message) {
    return {why, std::move(message)};
}

std::string_view key_fault(core::KeyState state) {
    switch (state) {
        case core::KeyState::kMatches:
            return "";
        case core::KeyState::kMissing:
            return " has no tls.key; put the CA's private key there";
        case core::KeyState::kMismatched:
            return ": tls.key does not belong to the certificate in tls.crt; put the key there "
                   "that does";
        case core::KeyState::kUnreadable:
            return ": tls.key cannot be read as a private key; put the CA's key there as PEM "
                   "without a passphrase";
    }
    return "";
}

/// Extended usages nest: a verifier refuses a leaf whose usage the CA above does not have.
std::optional<Halt> nesting_problem(const Demand& demand, const CertificateFacts& signer) {
    const int levels = demand.is_ca ? 1 + demand.max_path_len.value_or(0) : 0;
    if (signer.max_path_len && *signer.max_path_len < levels)
        return unusable(reason::kDeniedByIssuer,
                        concat("the CA \"", signer.subject.common_name, "\" allows ",
                               *signer.max_path_len, " level(s) of CAs below it, this needs ",
                               levels, "; use another issuer or raise its maxPathLen"));
    const bool restricted = std::ranges::any_of(signer.usages, core::is_extended);
    if (!restricted) return std::nullopt;
    for (const core::Usage usage : effective_usages(demand, core::KeyAlgorithm::kEcdsa))
        if (core::is_extended(usage) &&
            std::ranges::find(signer.usages, usage) == signer.usages.end())
            return unusable(reason::kDeniedByIssuer,
                            concat("the CA \"", signer.subject.common_name,
                                   "\" is not certified for usage \"", core::usage_text(usage),
                                   "\"; take it out of usages, or use an issuer that has it"));
    return std::nullopt;
}

}  // namespace

std::optional<Defect> find_defect(const Observed& observed, core::Time now) {
    for (const auto check : kChecks)
        if (Found defect = check(observed, now)) return defect;
    return std::nullopt;
}

bool still_serves(const Observed& observed, core::Time now) {
    const Found defect = find_defect(observed, now);
    return !defect || defect->reason == reason::kRenewing;
}

std::optional<Halt> find_conflict(const Demand& demand, const SecretFacts& secret) {
    if (owned_by(demand, secret)) return std::nullopt;
    return Halt{reason::kSecretConflict,
                concat("Secret ", secret.meta.space, "/", secret.meta.name, " belongs to ",
                       whose(secret), "; delete it, or choose another ",
                       demand.lasting ? "name for the Issuer" : "secretName")};
}

std::optional<Halt> find_pair_problem(const SecretFacts& secret, core::Time now) {
    const std::string name = concat("Secret ", secret.meta.space, "/", secret.meta.name);
    const core::PairFacts& pair = secret.pair;
    if (pair.chain.empty())
        return unusable(reason::kInvalidCaKeyPair,
                        concat(name, pair.problem.empty() ? " has no tls.crt" : ": tls.crt: ",
                               pair.problem, "; put the CA's certificate there"));
    if (const std::string_view fault = key_fault(pair.key); !fault.empty())
        return unusable(reason::kInvalidCaKeyPair, concat(name, fault));
    if (!pair.chain[0].is_ca)
        return unusable(
            reason::kInvalidCaKeyPair,
            concat(name,
                   ": tls.crt is not a CA certificate (basicConstraints); put the CA's there"));
    for (const CertificateFacts& link : pair.chain)
        if (link.not_after <= now)
            return unusable(
                reason::kCaExpired,
                concat(name, ": the CA certificate \"", link.subject.common_name, "\" expired at ",
                       core::format_rfc3339(link.not_after), "; replace it"));
    return std::nullopt;
}

std::optional<Halt> find_signer_problem(const Observed& observed, core::Time now) {
    const auto* pair = std::get_if<CaKeyPair>(&observed.demand.signer);
    if (pair == nullptr) return std::nullopt;
    if (!observed.signer)
        return Halt{.reason = reason::kIssuerNotReady,
                    .message = concat("the CA key pair ", core::to_string(pair->secret),
                                      " does not exist yet"),
                    .waiting = true};
    if (auto problem = find_pair_problem(*observed.signer, now)) return problem;
    return nesting_problem(observed.demand, observed.signer->pair.chain[0]);
}

bool metadata_drifted(const Demand& demand, const SecretFacts& secret) {
    const auto lacks = [](const auto& have) {
        return [&have](const auto& wanted) {
            return api::find_or_empty(have, wanted.first) != wanted.second ||
                   !have.contains(wanted.first);
        };
    };
    return owner_drifted(demand, secret) ||
           std::ranges::any_of(demand.secret_template.labels, lacks(secret.meta.labels)) ||
           std::ranges::any_of(demand.secret_template.annotations,
                               lacks(secret.meta.annotations)) ||
           annotation(secret, api::kTemplateKeys) != template_keys(demand.secret_template);
}

std::vector<std::string> expected_anchors(const Observed& observed) {
    std::vector<std::string> anchors;
    const auto& source = observed.signer ? observed.signer->pair : observed.secret->pair;
    for (const CertificateFacts& link : source.chain)
        if (link.self_signed) return {link.fingerprint};
    for (const CertificateFacts& anchor : source.anchors) anchors.push_back(anchor.fingerprint);
    if (anchors.empty() && !source.chain.empty())
        anchors.push_back(source.chain.back().fingerprint);
    return anchors;
}

core::Time renewal_of(const Demand& demand, const SecretFacts& secret) {
    const CertificateFacts& certificate = secret.pair.chain[0];
    return core::jittered_renewal_time(
        certificate.not_before, certificate.not_after, demand.renewal,
        concat(demand.owner_uid, "/", annotation(secret, api::kRevision)));
}

std::int64_t count_in(const api::SecretFacts& secret, std::string_view key) {
    const std::string_view text = annotation(secret, key);
    std::int64_t count = 0;
    std::from_chars(text.data(), text.data() + text.size(), count);
    return std::max<std::int64_t>(count, 0);
}

std::int64_t revision_of(const api::SecretFacts& secret) {
    return count_in(secret, api::kRevision);
}

}  // namespace stackseal::issuance
