// SPDX-License-Identifier: Apache-2.0
// Issuer: gather (reads) and apply (writes). plan stands between them and knows neither.
#pragma once

#include "controller/ports/reconciler.hpp"
#include "reconcilers/issuance/environment.hpp"
#include "reconcilers/issuer/plan.hpp"

namespace stackseal::issuer {

/// If the Issuer is absent, its key order and attempts are forgotten. An invalid spec, a cycle and
/// a Secret that may not be read are obstacles in Observed. Errors: those of the reader that mean
/// "try again".
core::Result<Observed> gather(const core::Ref& key, ports::Reader& reader,
                              const issuance::Environment& env);

/// Does one action and folds its answer into the snapshot.
core::Result<void> apply(const Action& action, Observed& observed, ports::Reader& reader,
                         const issuance::Environment& env);

}  // namespace stackseal::issuer
