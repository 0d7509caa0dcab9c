// SPDX-License-Identifier: Apache-2.0
// The one step that a Secret needs next. Pure.
#pragma once

#include "reconcilers/issuance/observed.hpp"

namespace stackseal::issuance {

/// Conflicts first (nothing of somebody else's is touched), then what the certificate needs, then
/// whether that can be had. A refusal of the last action halts with the reason that it gave.
Step decide(const Observed& observed, core::Instant now);

}  // namespace stackseal::issuance
