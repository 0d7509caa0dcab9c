// SPDX-License-Identifier: Apache-2.0
// The machine's clocks behind the clock port.
#pragma once

#include "controller/ports/clock.hpp"

namespace stackseal::observe {

/// Any thread may call.
class SystemClock : public ports::Clock {
  public:
    /// The wall clock, cut to milliseconds.
    core::Instant now() override;
    /// Time since boot, suspend included. Source: CLOCK_BOOTTIME of clock_gettime(2).
    std::chrono::milliseconds monotonic() override;
};

}  // namespace stackseal::observe
