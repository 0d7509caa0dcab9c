// SPDX-License-Identifier: Apache-2.0
// The machine's clock, with what is known of how far it is off the cluster's.
#pragma once

#include <functional>

#include "controller/ports/clock.hpp"

namespace stackseal::app {

class ClusterClock : public ports::Clock {
  public:
    ClusterClock(ports::Clock& machine, std::function<std::optional<core::ClockSkew>()> skew)
        : machine_(machine), skew_(std::move(skew)) {}
    core::Instant now() override { return machine_.now(); }
    std::chrono::milliseconds monotonic() override { return machine_.monotonic(); }
    std::optional<core::ClockSkew> skew() override { return skew_(); }

  private:
    ports::Clock& machine_;
    std::function<std::optional<core::ClockSkew>()> skew_;
};

}  // namespace stackseal::app
