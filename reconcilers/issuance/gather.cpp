// SPDX-License-Identifier: Apache-2.0
// One look at the target, one at the memory of attempts.
#include "reconcilers/issuance/gather.hpp"

#include "controller/core/concat.hpp"
#include "reconcilers/issuance/rights.hpp"

namespace stackseal::issuance {

namespace {

/// What a failure in the past was about: with another subject it is worth a new attempt at once.
std::string subject_of(const Demand& demand, const Resolved& resolved) {
    return core::concat(demand.owner_uid, "/", demand.owner_generation, "/",
                        resolved.signer ? resolved.signer->meta.resource_version : "");
}

std::optional<Halt> refusal_of(const Demand& demand, const Resolved& resolved) {
    if (resolved.obstacle || !resolved.issuer) return resolved.obstacle;
    return find_refusal(*resolved.issuer, resolved.requester, demand);
}

}  // namespace

core::Result<Observed> gather(ports::Reader& reader, Demand demand, const Resolved& resolved,
                              Attempts& attempts, ports::Clock& clock) {
    Observed observed;
    observed.signer = resolved.signer;
    observed.history = attempts.of(demand.owner, subject_of(demand, resolved), clock.now());
    observed.clock_skew = clock.skew();
    observed.obstacle = refusal_of(demand, resolved);
    auto secret = ports::find<api::SecretFacts>(reader, demand.secret);
    if (secret) {
        observed.secret = *std::move(secret);
    } else if (auto obstacle = unreadable(secret.error())) {
        observed.obstacle = *std::move(obstacle);
    } else {
        return std::move(secret).error();
    }
    observed.demand = std::move(demand);
    return observed;
}

}  // namespace stackseal::issuance
