// SPDX-License-Identifier: Apache-2.0
// What a reflector does next, decided without doing it. One thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "controller/core/result.hpp"
#include "controller/kube/answer.hpp"
#include "controller/ports/transport.hpp"

namespace stackseal::kube {

/// Waits that double from 800 ms to 30 s, each with up to as much again by chance; after 120 s
/// without a step it begins anew. Source: client-go's reflector.
class Backoff {
  public:
    /// now: monotonic. chance: in [0, 1).
    std::chrono::milliseconds next(std::chrono::milliseconds now, double chance);

  private:
    std::chrono::milliseconds wait_{800};
    std::optional<std::chrono::milliseconds> stepped_at_;
};

/// What came of a list or of a stream.
enum class Outcome : std::uint8_t {
    kListed,        ///< the list is complete
    kEnded,         ///< the stream ended as streams do, or broke after it had begun
    kEndedAtOnce,   ///< ended properly within a second with nothing in it
    kCutShort,      ///< no answer at all, or a stream of less than a second: the version holds
    kGone,          ///< 410: the version is unknown by now
    kThrottled,     ///< 429
    kServerError,   ///< 5xx instead of a stream
    kFault,         ///< another ERROR in the stream, or what cannot be read
    kUnsupported,   ///< WatchList refused, or its marker never came
    kUnauthorized,  ///< 401
    kForbidden,     ///< 403: back off until somebody grants it
    kMissing,       ///< 404: the kind is not installed
};

/// The outcome's name in metrics: "expired", "throttled", …
std::string to_string(Outcome outcome);

/// What a reflector can do.
enum class Act : std::uint8_t {
    kStreamAll,  ///< the present state and the changes after it, in one stream
    kList,       ///< the present state, in pages
    kWatch,      ///< the changes after version
};

/// What it does next, and after which wait.
struct Step {
    Act act = Act::kStreamAll;
    std::string version;                ///< of kWatch
    std::chrono::milliseconds wait{0};  ///< before it

    bool operator==(const Step&) const = default;
};

/// When it happened and what chance has it.
struct Moment {
    std::chrono::milliseconds now{0};  ///< monotonic
    double chance = 0;                 ///< in [0, 1)
};

/// The memory of one reflector: which version it knows, and how long it has been failing.
class WatchState {
  public:
    Step first() const { return step(std::chrono::milliseconds(0)); }
    /// The present state is known as of this version: a list is complete, or the marker came.
    void synced(std::string version) { version_ = std::move(version); }
    /// A change or a bookmark outside of the initial part.
    void advanced(const std::string& version);
    /// retry_after: seconds, as told; 0: not told.
    Step next(Outcome outcome, std::int64_t retry_after, Moment moment);

    const std::string& version() const { return version_; }

  private:
    Step step(std::chrono::milliseconds wait) const;
    Step backed_off(std::int64_t retry_after, Moment moment);

    Backoff backoff_;
    std::string version_;  ///< "": the state must be read anew
    bool streams_ = true;  ///< false: this server does no WatchList for this resource
};

/// The outcome of a refusal instead of a stream or page. act: what was tried.
Outcome outcome_of(const Failure& refusal, Act act);
/// The outcome of an ERROR in the stream.
Outcome outcome_in_stream(const Failure& error);

}  // namespace stackseal::kube
