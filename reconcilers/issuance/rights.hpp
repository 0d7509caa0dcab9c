// SPDX-License-Identifier: Apache-2.0
// What it means that something may not be done, and when that is asked again.
#pragma once

#include <optional>

#include "controller/core/result.hpp"
#include "reconcilers/issuance/observed.hpp"

namespace stackseal::issuance {

/// What a read that failed means for the object: its namespace is not served (kNotServed), or a
/// right is missing (kDenied). Absent for every other failure, which is not the object's.
std::optional<Halt> unreadable(const core::Error& error);

/// When to look again after a halt for this reason: at the time that it says, else if at all.
std::optional<core::Instant> next_look(core::Reason reason, std::optional<core::Instant> until,
                                       core::Instant now);

}  // namespace stackseal::issuance
