// SPDX-License-Identifier: Apache-2.0
// Times, serial and conditions, from the Secret's facts and the step.
#include "reconcilers/certificate/status.hpp"

#include "controller/api/names.hpp"
#include "controller/core/concat.hpp"
#include "reconcilers/issuance/defects.hpp"

namespace stackseal::certificate {

namespace {

using core::concat;
using issuance::Halt;

bool has_pair(const Observed& observed) {
    const auto& secret = observed.issuance.secret;
    return secret && !secret->pair.chain.empty() &&
           !issuance::find_conflict(observed.issuance.demand, *secret);
}

void set_facts(api::CertificateStatus& status, const Observed& observed) {
    const api::SecretFacts& secret = *observed.issuance.secret;
    const core::CertificateFacts& leaf = secret.pair.chain[0];
    status.not_before = leaf.not_before;
    status.not_after = leaf.not_after;
    status.renewal_time = issuance::renewal_of(observed.issuance.demand, secret);
    status.revision = issuance::revision_of(secret);
    status.serial = leaf.serial;
    status.fingerprint = leaf.fingerprint;
    status.issuer_generation = issuance::count_in(secret, api::kIssuerGeneration);
    status.expires = core::format_rfc3339(leaf.not_after);
    status.renews = core::format_rfc3339(*status.renewal_time);
}

api::Condition ready(std::string_view status, core::Reason reason, std::string message) {
    return {.type = std::string(api::kReady),
            .status = std::string(status),
            .reason = std::string(reason),
            .message = std::move(message)};
}

api::Condition blocked_but_serving(const Observed& observed, const Halt& halt) {
    const core::Time end = observed.issuance.secret->pair.chain[0].not_after;
    return ready(
        "True", halt.reason,
        concat("valid until ", core::format_rfc3339(end), ", but not renewable: ", halt.message));
}

api::Condition ready_condition(const Observed& observed, const issuance::Step& step,
                               core::Time now) {
    const auto* halt = std::get_if<Halt>(&step);
    if (halt == nullptr)
        return ready(
            "True", core::reason::kReady,
            concat("Secret ", observed.issuance.demand.secret.name, " holds a valid certificate"));
    if (has_pair(observed) && issuance::still_serves(observed.issuance, now))
        return blocked_but_serving(observed, *halt);
    return ready("False", halt->reason, halt->message);
}

/// A failure is told while its pause is waited out. Over it is with whatever follows: a good
/// Secret, whoever stored it, or another obstacle.
void set_failures(api::CertificateStatus& status, const issuance::Step& step,
                  const issuance::History& history) {
    const auto* halt = std::get_if<Halt>(&step);
    if (halt == nullptr || !halt->until || halt->until != history.next_attempt) return;
    status.failed_attempts = history.failures;
    status.next_attempt = core::seconds_of(*history.next_attempt);
    if (history.last_failure) status.last_failure = core::seconds_of(*history.last_failure);
}

}  // namespace

api::CertificateStatus status_of(const Observed& observed, const issuance::Step& step,
                                 core::Time now) {
    api::CertificateStatus status;
    status.conditions = observed.certificate->status.conditions;
    status.revision = observed.certificate->status.revision;
    if (has_pair(observed)) set_facts(status, observed);
    set_failures(status, step, observed.issuance.history);
    api::Condition condition = ready_condition(observed, step, now);
    condition.observed_generation = observed.certificate->meta.generation;
    api::set_condition(status.conditions, std::move(condition), now);
    return status;
}

}  // namespace stackseal::certificate
