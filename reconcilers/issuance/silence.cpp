// SPDX-License-Identifier: Apache-2.0
// Counted from the creation, which is known on every object.
#include "reconcilers/issuance/silence.hpp"

#include "controller/api/names.hpp"

namespace stackseal::issuance {

std::optional<core::Instant> silent_until(const api::Meta& meta,
                                          const std::vector<api::Condition>& conditions,
                                          core::Instant now) {
    const bool spoken = api::find_condition(conditions, api::kReady) != nullptr;
    // Where the clock has stepped back since, waiting for the creation could take a day.
    if (spoken || !meta.created || *meta.created > now + kSilence) return std::nullopt;
    const core::Instant end = *meta.created + kSilence + std::chrono::seconds(1);
    return now < end ? std::optional(end) : std::nullopt;
}

}  // namespace stackseal::issuance
