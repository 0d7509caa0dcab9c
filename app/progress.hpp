// SPDX-License-Identifier: Apache-2.0
// A line on stderr now and then, while many certificates are made.
#pragma once

#include <atomic>
#include <cstddef>

#include "controller/ports/clock.hpp"
#include "controller/ports/cluster.hpp"

namespace stackseal::app {

/// Counts Secrets as they are written. Register before the cluster begins.
class Progress {
  public:
    explicit Progress(ports::Clock& clock) : clock_(clock), last_(clock.monotonic()) {}
    void connect(ports::Watcher& watcher);

  private:
    void on_change(const ports::Change& change);

    ports::Clock& clock_;
    std::atomic<std::size_t> wanted_ = 0;
    std::atomic<std::size_t> ready_ = 0;
    std::atomic<std::chrono::milliseconds> last_;
};

}  // namespace stackseal::app
