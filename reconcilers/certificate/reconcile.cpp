// SPDX-License-Identifier: Apache-2.0
// Reads and writes of the Certificate reconciler.
#include "reconcilers/certificate/reconcile.hpp"

#include "controller/api/validate.hpp"
#include "reconcilers/certificate/demand.hpp"
#include "reconcilers/issuance/gather.hpp"
#include "reconcilers/issuance/perform.hpp"
#include "reconcilers/issuance/verdict_log.hpp"

namespace stackseal::certificate {

namespace {

std::optional<issuance::Halt> spec_problem(const api::Certificate& certificate) {
    const std::vector<api::Problem> problems = api::validate(certificate.spec);
    if (problems.empty()) return std::nullopt;
    return issuance::Halt{core::reason::kInvalidSpec, api::to_string(problems)};
}

void forget(const core::Ref& key, const issuance::Environment& env) {
    env.keys.forget(key);
    env.attempts.forget(key);
}

core::Result<void> record(const Record& action, Observed& observed,
                          const issuance::Environment& env) {
    auto after = std::make_shared<api::Certificate>(*observed.certificate);
    after->status = action.status;
    ports::RecordStatus write{observed.certificate, api::Snapshot<api::Certificate>(after)};
    STACKSEAL_TRY(const api::Object written, env.writer.write(std::move(write)));
    issuance::log_verdict(env.log, api::ref_of(written), observed.certificate->status.conditions,
                          action.status.conditions);
    observed.certificate = std::get<api::Snapshot<api::Certificate>>(written);
    return {};
}

}  // namespace

core::Result<Observed> gather(const core::Ref& key, ports::Reader& reader,
                              const issuance::Environment& env) {
    Observed observed;
    STACKSEAL_TRY(observed.certificate, ports::find<api::Certificate>(reader, key));
    if (!observed.certificate) {
        forget(key, env);
        return observed;
    }
    const api::Certificate& certificate = *observed.certificate;
    const std::string& home = certificate.meta.space;
    STACKSEAL_TRY(issuance::Resolved resolved,
                  issuance::resolve(reader,
                                    {issuance::completed(certificate.spec.issuer_ref, home), home,
                                     "spec.issuerRef"},
                                    env.authority_space));
    if (auto problem = spec_problem(certificate)) resolved.obstacle = std::move(problem);
    STACKSEAL_TRY(observed.issuance, issuance::gather(reader, demand_of(certificate, resolved),
                                                      resolved, env.attempts, env.clock));
    observed.issuance.last_revision = certificate.status.revision;
    return observed;
}

core::Result<void> apply(const Action& action, Observed& observed, ports::Reader& reader,
                         const issuance::Environment& env) {
    if (const auto* take = std::get_if<issuance::TakeKey>(&action))
        return issuance::perform(*take, observed.issuance, env);
    if (const auto* issue = std::get_if<issuance::Issue>(&action))
        return issuance::perform(*issue, observed.issuance, env, reader);
    if (const auto* amend = std::get_if<issuance::Amend>(&action))
        return issuance::perform(*amend, observed.issuance, env, reader);
    return record(std::get<Record>(action), observed, env);
}

}  // namespace stackseal::certificate
