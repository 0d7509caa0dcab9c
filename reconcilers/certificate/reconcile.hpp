// SPDX-License-Identifier: Apache-2.0
// Certificate: gather (reads) and apply (writes). plan stands between them and knows neither.
#pragma once

#include "controller/ports/reconciler.hpp"
#include "reconcilers/certificate/plan.hpp"
#include "reconcilers/issuance/environment.hpp"

namespace stackseal::certificate {

/// If the Certificate is absent, its key order and attempts are forgotten. What the spec or an
/// object forbids is an obstacle in Observed. Errors: those of the reader that mean "try again".
core::Result<Observed> gather(const core::Ref& key, ports::Reader& reader,
                              const issuance::Environment& env);

/// Does one action and folds its answer into the snapshot.
core::Result<void> apply(const Action& action, Observed& observed, ports::Reader& reader,
                         const issuance::Environment& env);

}  // namespace stackseal::certificate
