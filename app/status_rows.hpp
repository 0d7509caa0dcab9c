// SPDX-License-Identifier: Apache-2.0
// How each Issuer and Certificate stands at a moment, and what wants attention first.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "controller/api/certificate.hpp"
#include "controller/api/issuer.hpp"
#include "controller/core/value.hpp"

namespace stackseal::app {

/// Why an object is Pending of which an earlier spec alone was told: what came since could not be
/// done, or not be written down.
inline constexpr std::string_view kNotDoneYet = "its spec of now is not done yet; the log says why";

/// One object, judged by its status and by the clock: a status may be older than what it tells of,
/// when the operator does not run.
struct Standing {
    core::Ref ref;
    bool good = false;
    std::string state;  ///< "Ready", the reason why not, "RenewalMissed" or "Expired"
    std::string why;    ///< the condition's message; "" if Ready
    std::optional<core::Time> not_after;
    std::optional<core::Time> renewal;       ///< Certificates only
    std::optional<core::Time> next_attempt;  ///< Certificates that fail

    bool operator==(const Standing&) const = default;
};

/// RenewalMissed: a tenth of the time between renewal and end has passed, or half an hour.
Standing standing_of(const api::Certificate& certificate, core::Time now);
Standing standing_of(const api::Issuer& issuer, core::Time now);

/// The standings of Issuer and Certificate documents, whether they hold a spec or, as the status
/// files of a state directory, none; documents of other kinds are left out. In order: what is not
/// good first, then by what expires next, then by name.
std::vector<Standing> standings(const std::vector<core::Value>& documents, core::Time now);

}  // namespace stackseal::app
