// SPDX-License-Identifier: Apache-2.0
// The effects: order a key, sign and store, restore. Each folds what came of it into the snapshot.
#pragma once

#include "reconcilers/issuance/environment.hpp"
#include "reconcilers/issuance/observed.hpp"

namespace stackseal::issuance {

/// Errors of all three: refusals (kInvalid, kDenied, kCorrupt), which the caller folds in as
/// observed.refusal, and those that mean "try again". A kConflict is none: the Secret is read
/// again, and the next plan decides on what stands there.
core::Result<void> perform(const TakeKey& action, Observed& observed, const Environment& env);
core::Result<void> perform(const Issue& action, Observed& observed, const Environment& env,
                           ports::Reader& reader);
core::Result<void> perform(const Amend& action, Observed& observed, const Environment& env,
                           ports::Reader& reader);

}  // namespace stackseal::issuance
