// SPDX-License-Identifier: Apache-2.0
// When a certificate is due for renewal.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "controller/core/time.hpp"

namespace stackseal::core {

/// How much of the lifetime is kept in reserve. Neither set: a third of it.
struct RenewalRule {
    std::optional<std::chrono::seconds> before;  ///< spec.renewBefore
    std::optional<int> before_percentage;        ///< spec.renewBeforePercentage, 1..99

    bool operator==(const RenewalRule&) const = default;
};

/// When a certificate shall be replaced, before jitter: not_after less the reserve, but never in
/// the first fifth of the lifetime, so that each renewal gains something. A reserve that does not
/// fit in the actual lifetime (an issuer gave less than was asked) falls back to a third. Source:
/// cert-manager's renewaltime.go, research/cert-manager.md 2.3.
Time renewal_time(Time not_before, Time not_after, const RenewalRule& rule);

/// A share of the reserve, the same for one object and generation at each call, so that
/// certificates issued together do not renew together. Units: 0 s up to a tenth of the reserve,
/// and it makes the renewal earlier, never later. `identity` is the object's UID and revision.
std::chrono::seconds renewal_jitter(std::chrono::seconds reserve, std::string_view identity);

/// Both together: what goes into status.renewalTime.
Time jittered_renewal_time(Time not_before, Time not_after, const RenewalRule& rule,
                           std::string_view identity);

}  // namespace stackseal::core
