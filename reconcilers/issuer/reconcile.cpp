// SPDX-License-Identifier: Apache-2.0
// Reads and writes of the Issuer reconciler.
#include "reconcilers/issuer/reconcile.hpp"

#include <algorithm>

#include "controller/api/names.hpp"
#include "controller/api/validate.hpp"
#include "controller/core/concat.hpp"
#include "reconcilers/issuance/gather.hpp"
#include "reconcilers/issuance/perform.hpp"
#include "reconcilers/issuance/rights.hpp"
#include "reconcilers/issuance/verdict_log.hpp"
#include "reconcilers/issuer/demand.hpp"
#include "reconcilers/issuer/hierarchy.hpp"

namespace stackseal::issuer {

namespace {

using Issuers = std::vector<api::Snapshot<api::Issuer>>;
using issuance::Halt;
namespace reason = core::reason;

std::optional<Halt> spec_problem(const api::Issuer& issuer) {
    const std::vector<api::Problem> problems = api::validate(issuer.spec);
    if (problems.empty()) return std::nullopt;
    return Halt{reason::kInvalidSpec, api::to_string(problems)};
}

core::Result<Issuers> all_issuers(ports::Reader& reader) {
    STACKSEAL_TRY(const auto objects, reader.select({core::Resource::kIssuer, ""}));
    Issuers issuers;
    for (const api::Object& object : objects)
        issuers.push_back(std::get<api::Snapshot<api::Issuer>>(object));
    return issuers;
}

core::Result<void> gather_ca(const api::CaSecret& source, ports::Reader& reader,
                             Observed& observed) {
    auto found = ports::find<api::SecretFacts>(
        reader, {core::Resource::kSecret, observed.issuer->meta.space, source.secret_name});
    if (found) {
        observed.ca = *std::move(found);
    } else if (auto obstacle = issuance::unreadable(found.error())) {
        observed.obstacle = *std::move(obstacle);
    } else {
        return std::move(found).error();
    }
    return {};
}

core::Result<issuance::Resolved> resolve_signer(const api::Issuer& issuer,
                                                const api::Authority& authority,
                                                ports::Reader& reader,
                                                const issuance::Environment& env) {
    if (!authority.signed_by) return issuance::Resolved{.source = issuance::OwnKey{}};
    const std::string& home = issuer.meta.space;
    return issuance::resolve(
        reader, {issuance::completed(*authority.signed_by, home), home, "spec.authority.signedBy"},
        env.authority_space);
}

bool carries(const api::SecretFacts& secret, const api::Issuer& issuer) {
    const auto& marks = secret.meta.annotations;
    return api::find_or_empty(marks, api::kIssuerName) == issuer.meta.name &&
           api::find_or_empty(marks, api::kIssuerNamespace) == issuer.meta.space;
}

/// Asked only when the key is absent: does the status, or any Secret, know of one?
core::Result<bool> is_key_known(const api::Issuer& issuer, ports::Reader& reader) {
    if (!issuer.status.generations.empty()) return true;
    STACKSEAL_TRY(const auto secrets, reader.select({core::Resource::kSecret, ""}));
    return std::ranges::any_of(secrets, [&](const api::Object& object) {
        return carries(*std::get<api::Snapshot<api::SecretFacts>>(object), issuer);
    });
}

core::Result<void> gather_authority(const api::Authority& authority, ports::Reader& reader,
                                    const issuance::Environment& env, Observed& observed) {
    const api::Issuer& issuer = *observed.issuer;
    STACKSEAL_TRY(const Issuers all, all_issuers(reader));
    STACKSEAL_TRY(issuance::Resolved signer, resolve_signer(issuer, authority, reader, env));
    if (const auto cycle = find_cycle(issuer, all))
        signer.obstacle =
            Halt{reason::kSignedByCycle, core::concat("signedBy leads back to itself: ", *cycle)};
    const Placement placement{env.authority_space, levels_below(issuer, all), env.apply_window};
    STACKSEAL_TRY(observed.authority, issuance::gather(reader, demand_of(issuer, signer, placement),
                                                       signer, env.attempts, env.clock));
    if (observed.authority->secret) return {};
    STACKSEAL_TRY(observed.key_is_known, is_key_known(issuer, reader));
    return {};
}

void forget(const core::Ref& key, const issuance::Environment& env) {
    env.keys.forget(key);
    env.attempts.forget(key);
}

core::Result<void> record(const Record& action, Observed& observed,
                          const issuance::Environment& env) {
    auto after = std::make_shared<api::Issuer>(*observed.issuer);
    after->status = action.status;
    ports::RecordStatus write{observed.issuer, api::Snapshot<api::Issuer>(after)};
    STACKSEAL_TRY(const api::Object written, env.writer.write(std::move(write)));
    issuance::log_verdict(env.log, api::ref_of(written), observed.issuer->status.conditions,
                          action.status.conditions);
    observed.issuer = std::get<api::Snapshot<api::Issuer>>(written);
    return {};
}

}  // namespace

core::Result<Observed> gather(const core::Ref& key, ports::Reader& reader,
                              const issuance::Environment& env) {
    Observed observed;
    STACKSEAL_TRY(observed.issuer, ports::find<api::Issuer>(reader, key));
    if (!observed.issuer) {
        forget(key, env);
        return observed;
    }
    const api::IssuerSpec& spec = observed.issuer->spec;
    observed.obstacle = spec_problem(*observed.issuer);
    if (observed.obstacle) return observed;
    if (const auto* ca = std::get_if<api::CaSecret>(&spec.source)) {
        STACKSEAL_CHECK(gather_ca(*ca, reader, observed));
    }
    if (const auto* authority = std::get_if<api::Authority>(&spec.source)) {
        STACKSEAL_CHECK(gather_authority(*authority, reader, env, observed));
    }
    return observed;
}

core::Result<void> apply(const Action& action, Observed& observed, ports::Reader& reader,
                         const issuance::Environment& env) {
    if (const auto* take = std::get_if<issuance::TakeKey>(&action))
        return issuance::perform(*take, *observed.authority, env);
    if (const auto* issue = std::get_if<issuance::Issue>(&action))
        return issuance::perform(*issue, *observed.authority, env, reader);
    return record(std::get<Record>(action), observed, env);
}

}  // namespace stackseal::issuer
