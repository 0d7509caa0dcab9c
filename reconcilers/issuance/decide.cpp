// SPDX-License-Identifier: Apache-2.0
// The order of questions: whose is it, is it good, may we, can we, with which key.
#include "reconcilers/issuance/decide.hpp"

#include <algorithm>

#include "controller/core/concat.hpp"
#include "controller/core/duration.hpp"
#include "reconcilers/issuance/defects.hpp"
#include "reconcilers/issuance/profile.hpp"

namespace stackseal::issuance {

namespace {

using core::concat;
namespace reason = core::reason;

/// Over this much, nothing is signed: validity periods would be wrong for everybody else.
constexpr std::chrono::minutes kSkewLimit{5};
/// A renewal that gains less than this share of the duration waits for a fresh signer.
constexpr int kLeastGain = 10;

Halt refused(const core::Error& error) {
    switch (error.code) {
        case core::Code::kDenied:
            return {reason::kForbidden, error.message};
        case core::Code::kNotServed:
            return {reason::kNamespaceNotServed, error.message};
        case core::Code::kInvalid:
            return {reason::kInvalidSpec, error.message};
        default:
            return {reason::kIssuanceFailed, error.message};
    }
}

std::optional<Halt> held_back(const Observed& observed, core::Instant now) {
    const History& history = observed.history;
    if (observed.refusal) {
        Halt halt = refused(*observed.refusal);
        halt.until = history.next_attempt;
        return halt;
    }
    if (history.error && history.next_attempt && now < *history.next_attempt) {
        Halt halt = refused(*history.error);
        halt.until = history.next_attempt;
        return halt;
    }
    if (history.breaker_until && now < *history.breaker_until)
        return Halt{.reason = reason::kIssuanceLoop,
                    .message = concat("issued ", history.recent_issuances,
                                      " times in a short while; something keeps changing the "
                                      "Secret. Issuing pauses; find and stop the other writer"),
                    .until = history.breaker_until};
    return std::nullopt;
}

/// Rounded: an amount that changes at each look would be a status write at each look.
std::string roughly(std::chrono::seconds off) {
    for (const std::chrono::seconds unit : {std::chrono::hours(24), std::chrono::hours(1)})
        if (off >= unit) return core::format_duration(off / unit * unit);
    return core::format_duration(kSkewLimit);
}

std::optional<Halt> clock_problem(const Observed& observed, core::Instant now) {
    const auto& skew = observed.clock_skew;
    if (!skew || std::chrono::abs(skew->ahead) <= kSkewLimit) return std::nullopt;
    return Halt{
        .reason = reason::kClockSkew,
        .message = concat("this machine's clock is over ", roughly(std::chrono::abs(skew->ahead)),
                          skew->ahead.count() < 0 ? " behind " : " ahead of ", skew->other,
                          "; nothing is signed until it is set right", skew->remedy),
        .until = now + std::chrono::minutes(1)};
}

std::optional<Halt> too_early(const Observed& observed, core::Instant now) {
    const auto& earliest = observed.demand.not_before_instant;
    if (!earliest || now >= *earliest) return std::nullopt;
    return Halt{.reason = reason::kIssuerNotReady,
                .message = "waiting a moment for further authorities of the same apply",
                .waiting = true,
                .until = earliest};
}

/// Renewing under a signer that itself ends soon would repeat itself without gain.
std::optional<Halt> gains_nothing(const Observed& observed, const Defect& defect,
                                  const core::Profile& profile) {
    if (defect.reason != reason::kRenewing) return std::nullopt;
    const auto gain = profile.not_after - observed.secret->pair.chain[0].not_after;
    if (gain * kLeastGain >= profile.not_after - profile.not_before) return std::nullopt;
    return Halt{
        .reason = reason::kIssuerNotReady,
        .message = concat("due for renewal, but the issuer's own certificate ends at ",
                          core::format_rfc3339(profile.not_after), "; renew the issuer first")};
}

bool can_reuse_key(const Observed& observed) {
    return !observed.demand.key.rotate && observed.secret &&
           observed.secret->pair.key == core::KeyState::kMatches && observed.secret->pair.key_spec;
}

std::optional<Halt> forbidden_rotation(const Observed& observed) {
    if (!can_reuse_key(observed) || key_fits(observed.demand.key, *observed.secret->pair.key_spec))
        return std::nullopt;
    return Halt{.reason = reason::kKeyRotationForbidden,
                .message = concat("rotationPolicy Never keeps the ",
                                  core::to_string(*observed.secret->pair.key_spec),
                                  " key, but spec.privateKey asks for ",
                                  core::to_string(new_key_spec(observed.demand.key)),
                                  "; set rotationPolicy Always, or delete the Secret")};
}

Step key_step(const Observed& observed, const core::KeySpec& spec) {
    if (!observed.key.since) return TakeKey{spec};
    return Halt{.reason = reason::kWaitingForKey,
                .message = concat("a private key (", core::to_string(spec), ") is being made"),
                .waiting = true};
}

std::int64_t next_revision(const Observed& observed) {
    const std::int64_t stored = observed.secret ? revision_of(*observed.secret) : 0;
    return std::max(stored, observed.last_revision) + 1;
}

Step issue_step(const Observed& observed, const Defect& defect, core::Instant now) {
    const bool reuse = can_reuse_key(observed);
    const core::KeySpec spec =
        reuse ? *observed.secret->pair.key_spec : new_key_spec(observed.demand.key);
    core::Profile profile = make_profile(observed, spec.algorithm, core::seconds_of(now));
    if (auto halt = gains_nothing(observed, defect, profile)) return *std::move(halt);
    if (auto halt = forbidden_rotation(observed)) return *std::move(halt);
    if (!reuse && !observed.key.ready()) return key_step(observed, spec);
    return Issue{.reason = defect.reason,
                 .message = defect.message,
                 .profile = std::move(profile),
                 .revision = next_revision(observed),
                 .reuse_key = reuse,
                 .first = next_revision(observed) == 1};
}

Step good_step(const Observed& observed, core::Time now) {
    std::vector<std::string> anchors;
    for (const auto& anchor : observed.secret->pair.anchors) anchors.push_back(anchor.fingerprint);
    // A CA's Secret that is damaged tells nothing about whom to trust.
    const bool bundle =
        anchors != expected_anchors(observed) && !find_signer_problem(observed, now);
    if (bundle || metadata_drifted(observed.demand, *observed.secret)) return Amend{bundle};
    return Good{renewal_of(observed.demand, *observed.secret)};
}

}  // namespace

Step decide(const Observed& observed, core::Instant now) {
    const core::Time second = core::seconds_of(now);
    if (observed.obstacle) return *observed.obstacle;
    if (observed.secret)
        if (auto conflict = find_conflict(observed.demand, *observed.secret))
            return *std::move(conflict);
    if (auto halt = held_back(observed, now)) return *std::move(halt);
    const auto defect = find_defect(observed, second);
    if (!defect) return good_step(observed, second);
    if (auto problem = find_signer_problem(observed, second)) return *std::move(problem);
    if (auto problem = clock_problem(observed, now)) return *std::move(problem);
    if (auto early = too_early(observed, now)) return *std::move(early);
    return issue_step(observed, *defect, now);
}

}  // namespace stackseal::issuance
