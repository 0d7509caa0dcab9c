// SPDX-License-Identifier: Apache-2.0
// selfSigned needs nothing, ca needs its Secret, authority makes it once and then keeps it.
#include "reconcilers/issuer/plan.hpp"

#include "controller/api/names.hpp"
#include "controller/core/concat.hpp"
#include "reconcilers/issuance/decide.hpp"
#include "reconcilers/issuance/defects.hpp"
#include "reconcilers/issuance/rights.hpp"
#include "reconcilers/issuance/silence.hpp"

namespace stackseal::issuer {

namespace {

using core::concat;
using issuance::Halt;
using issuance::Step;
namespace reason = core::reason;

/// What the issuer can do now: an action, or a verdict for the Ready condition.
struct Verdict {
    bool ready = false;
    core::Reason reason;
    std::string message;
    bool waiting = false;
    std::optional<core::Instant> at;
    api::Snapshot<api::SecretFacts> signer;  ///< the CA pair in use
};

using Outcome = std::variant<Action, Verdict>;

Verdict halted(const Halt& halt) {
    return {
        .reason = halt.reason, .message = halt.message, .waiting = halt.waiting, .at = halt.until};
}

Verdict serving(api::Snapshot<api::SecretFacts> signer, core::Reason why, std::string message) {
    const core::Time end = signer->pair.chain[0].not_after;
    return {.ready = true,
            .reason = why,
            .message = std::move(message),
            .at = end,
            .signer = std::move(signer)};
}

Outcome ca_outcome(const Observed& observed, core::Time now) {
    const auto& source = std::get<api::CaSecret>(observed.issuer->spec.source);
    if (!observed.ca)
        return halted(
            {.reason = reason::kSecretNotFound,
             .message = concat("Secret ", observed.issuer->meta.space, "/", source.secret_name,
                               " does not exist; create it with tls.crt and tls.key of "
                               "the CA"),
             .waiting = true});
    if (const auto problem = issuance::find_pair_problem(*observed.ca, now))
        return halted(*problem);
    return serving(observed.ca, reason::kReady, "the CA key pair is valid");
}

/// What helps when the key pair of an authority cannot sign any more.
std::string way_out(core::Reason why) {
    if (why != reason::kCaExpired) return "; restore this Secret from a backup";
    return concat(": delete the Secret, and annotate the Issuer ", api::kAcceptLostKey,
                  "=true to have a new CA made");
}

/// What calls for a new generation is said; the present one is kept until there is one.
Outcome kept_authority(const issuance::Observed& authority, core::Time now) {
    if (const auto conflict = issuance::find_conflict(authority.demand, *authority.secret))
        return halted(*conflict);
    if (auto problem = issuance::find_pair_problem(*authority.secret, now)) {
        problem->message += way_out(problem->reason);
        return halted(*problem);
    }
    const auto defect = issuance::find_defect(authority, now);
    if (!defect) {
        Verdict verdict = serving(authority.secret, reason::kReady, "the authority signs");
        verdict.at = issuance::renewal_of(authority.demand, *authority.secret);
        return verdict;
    }
    return serving(authority.secret, reason::kRolloverPending,
                   concat("a new generation is called for (", defect->message,
                          "); the present one stays in use"));
}

bool accepts_loss(const api::Issuer& issuer) {
    return api::find_or_empty(issuer.meta.annotations, api::kAcceptLostKey) == "true";
}

Outcome missing_key(const Observed& observed) {
    return halted({reason::kAuthorityKeyMissing,
                   concat(core::to_string(observed.authority->demand.secret),
                          " is gone, but certificates of this authority are in use; restore it "
                          "from a backup, or annotate the Issuer ",
                          api::kAcceptLostKey, "=true to make a new CA")});
}

Outcome authority_outcome(const Observed& observed, core::Instant now) {
    issuance::Observed authority = *observed.authority;
    authority.refusal = observed.refusal;
    if (authority.secret) return kept_authority(authority, core::seconds_of(now));
    if (observed.key_is_known && !accepts_loss(*observed.issuer)) return missing_key(observed);
    const Step step = issuance::decide(authority, now);
    if (const auto* take = std::get_if<issuance::TakeKey>(&step)) return Action(*take);
    if (const auto* issue = std::get_if<issuance::Issue>(&step)) return Action(*issue);
    return halted(std::get<Halt>(step));  // without a Secret it can neither be good nor amended
}

Outcome outcome_of(const Observed& observed, core::Instant now) {
    if (observed.obstacle) return halted(*observed.obstacle);
    if (observed.authority) return authority_outcome(observed, now);
    if (std::holds_alternative<api::CaSecret>(observed.issuer->spec.source))
        return ca_outcome(observed, core::seconds_of(now));
    return Verdict{.ready = true,
                   .reason = reason::kReady,
                   .message = "certificates are signed by their own keys"};
}

api::AuthorityGeneration generation_of(const api::SecretFacts& secret) {
    return {.number = 1,
            .fingerprint = secret.pair.chain[0].fingerprint,
            .secret_name = secret.meta.name,
            .not_after = secret.pair.chain[0].not_after};
}

api::IssuerStatus status_of(const Observed& observed, const Verdict& verdict, core::Time now) {
    api::IssuerStatus status = observed.issuer->status;
    status.not_after.reset();
    status.expires.clear();
    if (verdict.signer) {
        status.not_after = verdict.signer->pair.chain[0].not_after;
        status.expires = core::format_rfc3339(*status.not_after);
    }
    // While the spec is invalid the key is known as before, or its loss would go unnoticed.
    if (!observed.authority && !observed.obstacle) status.generations.clear();
    if (observed.authority && verdict.signer) status.generations = {generation_of(*verdict.signer)};
    api::set_condition(status.conditions,
                       {.type = std::string(api::kReady),
                        .status = verdict.ready ? "True" : "False",
                        .reason = std::string(verdict.reason),
                        .message = verdict.message,
                        .observed_generation = observed.issuer->meta.generation},
                       now);
    return status;
}

}  // namespace

Plan plan(const Observed& observed, core::Instant now) {
    if (!observed.issuer || observed.issuer->meta.deleting) return {};
    Outcome outcome = outcome_of(observed, now);
    if (auto* action = std::get_if<Action>(&outcome)) return {std::move(*action), {}};
    const auto& verdict = std::get<Verdict>(outcome);
    const core::Next next{.at = issuance::next_look(verdict.reason, verdict.at, now)};
    const auto end =
        issuance::silent_until(observed.issuer->meta, observed.issuer->status.conditions, now);
    if (verdict.waiting && end) return {std::nullopt, {core::earlier(next.at, end)}};
    api::IssuerStatus status = status_of(observed, verdict, core::seconds_of(now));
    if (status == observed.issuer->status) return {std::nullopt, next};
    return {Record{std::move(status)}, next};
}

}  // namespace stackseal::issuer
