// SPDX-License-Identifier: Apache-2.0
// The rule for silence: what is merely on its way is not worth a status write.
#pragma once

#include <optional>
#include <vector>

#include "controller/api/meta.hpp"
#include "controller/core/time.hpp"

namespace stackseal::issuance {

/// An object without a Ready condition says nothing about what it waits for until this long after
/// its creation: a whole deployment applied in the worst order costs no extra write.
inline constexpr std::chrono::seconds kSilence{2};

/// When the silence of a waiting object ends; absent: it is over, or it has spoken before.
/// A creationTimestamp has whole seconds, so that the end lies up to a second later.
std::optional<core::Instant> silent_until(const api::Meta& meta,
                                          const std::vector<api::Condition>& conditions,
                                          core::Instant now);

}  // namespace stackseal::issuance
