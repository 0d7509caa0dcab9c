// SPDX-License-Identifier: Apache-2.0
// The time of day, injected.
#pragma once

#include <optional>

#include "controller/core/time.hpp"

namespace stackseal::ports {

/// Any thread may call.
class Clock {
  public:
    virtual ~Clock() = default;
    /// UTC wall-clock time. May step in both directions.
    virtual core::Instant now() = 0;
    /// Time that never goes back and counts during suspend, for deadlines. Its epoch means nothing.
    virtual std::chrono::milliseconds monotonic() = 0;
    /// How far now() is off the cluster's clock (locally: behind the latest time ever seen).
    /// Absent: not known.
    virtual std::optional<core::ClockSkew> skew() { return std::nullopt; }
};

}  // namespace stackseal::ports
