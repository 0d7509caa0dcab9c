// SPDX-License-Identifier: Apache-2.0
// What may befall one process at each of its actions: nothing, a failure, its end, or somebody
// else acting just then.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "controller/core/result.hpp"
#include "tests/simulation/chance.hpp"
#include "tests/simulation/trace.hpp"

namespace stackseal::simulation {

/// The places between two actions.
enum class Point { kRead, kBeforeWrite, kAfterWrite, kDiskStep };

/// kDeposed: another process leads from here on, and this one goes on without knowing.
enum class Fate { kGoesOn, kFails, kDead, kDeposed };

/// Once in so many points; 0: never.
struct Odds {
    int crash = 0;
    int disk_error = 0;
    int read_error = 0;
    int write_trouble = 0;
    int lost_answer = 0;
    int intrusion = 0;
};

/// Shared by all processes of a run.
struct Perils {
    Chance& chance;
    Trace& trace;
    Odds odds;
    std::optional<core::Code> spell;  ///< every write is refused so, until it is over
    std::function<void()> intrude;    ///< somebody acts between two actions of the process
    std::function<void()> depose;     ///< another process takes over and does what is due
    int blows = 0;                    ///< how often a chosen point was reached
};

class Peril {
  public:
    explicit Peril(Perils& all) : all_(all) {}

    /// One point is reached. Once dead, a process does nothing any more.
    Fate at(Point point, std::string_view what);
    bool dead() const { return dead_; }

    /// The nth point from the beginning (1: the first) brings this, whatever the odds.
    void strike_at(std::uint64_t nth, Fate fate);

    /// Why a write fails that never reached the server.
    core::Error trouble();

  private:
    Fate fate_of(Point point);
    void intrude();

    Perils& all_;
    bool dead_ = false;
    bool intruded_ = false;
    bool struck_ = false;  ///< by strike_at: the failure is the plainest one
    std::uint64_t points_ = 0;
    std::uint64_t strike_ = 0;
    Fate blow_ = Fate::kGoesOn;
};

}  // namespace stackseal::simulation
