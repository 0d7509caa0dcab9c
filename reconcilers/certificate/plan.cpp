// SPDX-License-Identifier: Apache-2.0
// An issuance step becomes an action, or else a status and a wake-up.
#include "reconcilers/certificate/plan.hpp"

#include "controller/api/names.hpp"
#include "reconcilers/certificate/status.hpp"
#include "reconcilers/issuance/decide.hpp"
#include "reconcilers/issuance/rights.hpp"
#include "reconcilers/issuance/silence.hpp"

namespace stackseal::certificate {

namespace {

using issuance::Halt;
using issuance::Step;

std::optional<Action> action_of(const Step& step) {
    if (const auto* take = std::get_if<issuance::TakeKey>(&step)) return Action(*take);
    if (const auto* issue = std::get_if<issuance::Issue>(&step)) return Action(*issue);
    if (const auto* amend = std::get_if<issuance::Amend>(&step)) return Action(*amend);
    return std::nullopt;
}

core::Next next_of(const Observed& observed, const Step& step, core::Instant now) {
    core::Next next;
    if (const auto* good = std::get_if<issuance::Good>(&step)) next.at = good->renew_at;
    if (const auto* halt = std::get_if<Halt>(&step))
        next.at = issuance::next_look(halt->reason, halt->until, now);
    const auto& secret = observed.issuance.secret;
    // Ready turns False when the certificate ends, whatever else is awaited.
    if (secret && !secret->pair.chain.empty() && secret->pair.chain[0].not_after > now)
        next.at = core::earlier(next.at, secret->pair.chain[0].not_after);
    return next;
}

}  // namespace

Plan plan(const Observed& observed, core::Instant now) {
    if (!observed.certificate || observed.certificate->meta.deleting) return {};
    issuance::Observed seen = observed.issuance;
    seen.refusal = observed.refusal;
    const Step step = issuance::decide(seen, now);
    if (auto action = action_of(step)) return {std::move(action), {}};
    core::Next next = next_of(observed, step, now);
    const auto* halt = std::get_if<Halt>(&step);
    const api::Certificate& certificate = *observed.certificate;
    const auto end = issuance::silent_until(certificate.meta, certificate.status.conditions, now);
    if (halt != nullptr && halt->waiting && end)
        return {std::nullopt, {core::earlier(next.at, end)}};
    api::CertificateStatus status = status_of(observed, step, core::seconds_of(now));
    if (status == observed.certificate->status) return {std::nullopt, next};
    return {Record{std::move(status)}, next};
}

}  // namespace stackseal::certificate
