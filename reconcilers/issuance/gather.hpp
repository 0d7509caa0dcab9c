// SPDX-License-Identifier: Apache-2.0
// The reads that a Secret's decision needs, beyond who signs.
#pragma once

#include "controller/ports/clock.hpp"
#include "controller/ports/cluster.hpp"
#include "reconcilers/issuance/attempts.hpp"
#include "reconcilers/issuance/observed.hpp"
#include "reconcilers/issuance/resolve.hpp"

namespace stackseal::issuance {

/// Completes a snapshot: the target Secret, the lately attempts, the clock. A Secret or namespace
/// that may not be read becomes an obstacle. The obstacle of resolved, and the issuer's refusal of
/// the demand, are taken over. Errors: those that mean "try again".
core::Result<Observed> gather(ports::Reader& reader, Demand demand, const Resolved& resolved,
                              Attempts& attempts, ports::Clock& clock);

}  // namespace stackseal::issuance
