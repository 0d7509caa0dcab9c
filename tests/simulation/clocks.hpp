// SPDX-License-Identifier: Apache-2.0
// The true time, which the run moves, and a machine's clock, which may be off.
#pragma once

#include "controller/ports/clock.hpp"

namespace stackseal::simulation {

/// 2026-11-24T00:00:00Z, and from there as the run says.
class TrueClock : public ports::Clock {
  public:
    core::Instant now() override { return begin_ + elapsed_; }
    std::chrono::milliseconds monotonic() override { return elapsed_; }
    void advance(std::chrono::milliseconds by) { elapsed_ += by; }

  private:
    core::Instant begin_{std::chrono::seconds(1'795'478'400)};
    std::chrono::milliseconds elapsed_{0};
};

/// A machine's clock: its wall clock may step, its monotonic one does not.
class MachineClock : public ports::Clock {
  public:
    /// compared: the machine hears the cluster's time with each answer, as from an API server.
    MachineClock(TrueClock& truth, bool compared) : truth_(truth), compared_(compared) {}

    core::Instant now() override { return truth_.now() + ahead_; }
    std::chrono::milliseconds monotonic() override { return truth_.monotonic(); }
    std::optional<core::ClockSkew> skew() override {
        if (!compared_) return std::nullopt;
        return core::ClockSkew{.ahead = ahead_, .other = "the API server's", .remedy = ""};
    }
    void step(std::chrono::seconds by) { ahead_ += by; }
    void set_right() { ahead_ = {}; }
    std::chrono::seconds ahead() const { return ahead_; }

  private:
    TrueClock& truth_;
    bool compared_;
    std::chrono::seconds ahead_{0};
};

}  // namespace stackseal::simulation
