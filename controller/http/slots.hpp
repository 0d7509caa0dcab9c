// SPDX-License-Identifier: Apache-2.0
// How many requests are in flight: the library has no bound of its own, and each is a connection.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>

namespace stackseal::http {

/// A counter of free places. For any thread; places may outlive it.
class Slots {
  public:
    using Place = std::shared_ptr<void>;  ///< given back when the last copy goes

    /// count: places in all; with none, take() never gets one.
    explicit Slots(std::size_t count);
    /// Waits for a place. Nothing: the time ran out, or a stop was requested.
    std::optional<Place> take(std::chrono::steady_clock::time_point until,
                              const std::stop_token& stop);

  private:
    struct State {
        std::mutex mutex;
        std::condition_variable_any changed;
        std::size_t free = 0;  ///< by mutex
    };
    std::shared_ptr<State> state_;
};

}  // namespace stackseal::http
