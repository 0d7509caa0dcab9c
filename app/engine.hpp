// SPDX-License-Identifier: Apache-2.0
// The inside of the program, the same for a cluster and for a directory: queue, keys, reconcilers.
#pragma once

#include <memory>
#include <string>

#include "controller/pki/inspect.hpp"
#include "controller/ports/clock.hpp"
#include "controller/ports/cluster.hpp"
#include "controller/ports/events.hpp"
#include "controller/ports/log.hpp"
#include "controller/ports/metrics.hpp"

namespace stackseal::app {

/// What the inside works on. All outlive the engine.
struct World {
    ports::Reader& reader;
    ports::Writer& writer;
    ports::Watcher& watcher;
    ports::Events& events;
    ports::Clock& clock;
    ports::Metrics& metrics;
    ports::Log& log;
    pki::Inspector& inspector;
};

struct EngineSettings {
    unsigned workers = 8;
    unsigned key_threads = 2;
    std::string authority_space;
    std::chrono::seconds apply_window{1};
    bool certificate_metrics = true;
};

class Engine {
  public:
    /// Registers with the watcher: construct before the world begins to deliver changes.
    Engine(World world, EngineSettings settings);
    ~Engine();  ///< stops

    /// Starts the workers; only once the world's first listing is complete.
    void start();
    /// Finishes the passes in progress and starts no more.
    void stop();
    /// Works until nothing is due, running or in the making, and every object has spoken. False:
    /// patience ran out.
    bool run_until_idle(std::chrono::milliseconds patience);

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace stackseal::app
