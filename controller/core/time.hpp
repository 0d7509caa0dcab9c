// SPDX-License-Identifier: Apache-2.0
// Points in time and their RFC 3339 text. Certificates count seconds; the work queue milliseconds.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "controller/core/result.hpp"

namespace stackseal::core {

/// Wall-clock time in whole seconds, UTC: what a certificate or a status holds.
using Time = std::chrono::sys_seconds;
/// Wall-clock time in milliseconds, UTC: what the work queue and latencies need.
using Instant = std::chrono::sys_time<std::chrono::milliseconds>;

/// How far this machine's clock is off one that is trusted more.
struct ClockSkew {
    std::chrono::seconds ahead{};  ///< negative: behind
    std::string other;             ///< "the API server's": completes "behind …"
    std::string remedy;            ///< what to do besides setting the clock; "": nothing

    bool operator==(const ClockSkew&) const = default;
};

/// "2026-11-24T03:40:00Z" → Time. Fractions are cut, offsets are applied.
/// Errors: kInvalid for anything else. Source: RFC 3339 5.6.
Result<Time> parse_rfc3339(std::string_view text);

/// Time → "2026-11-24T03:40:00Z". Source: RFC 3339 5.6, as metav1.Time prints it.
std::string format_rfc3339(Time time);

/// The same with microseconds, as metav1.MicroTime (Lease, Event) wants: "…:00.123000Z".
std::string format_rfc3339_micro(Instant instant);

/// Cuts to whole seconds.
Time seconds_of(Instant instant);

}  // namespace stackseal::core
