// SPDX-License-Identifier: Apache-2.0
// Log, clock, metrics and status server of a run, in the order in which they must live.
#pragma once

#include <memory>

#include "app/settings.hpp"
#include "controller/observe/health.hpp"
#include "controller/observe/log.hpp"
#include "controller/observe/metrics.hpp"
#include "controller/observe/status_server.hpp"
#include "controller/observe/system_clock.hpp"

namespace stackseal::app {

struct Observing {
    explicit Observing(const RunSettings& settings);

    /// Serves the pages from now on, if an address is set. Errors: those of StatusServer::start.
    core::Result<void> serve();
    /// Ends scraping: before anything that a collector asks goes away.
    void stop_serving() { server_.reset(); }

    observe::SystemClock clock;
    observe::StructuredLog log;
    observe::PrometheusMetrics metrics;
    observe::Health health;

  private:
    std::string address_;
    std::unique_ptr<observe::StatusServer> server_;
};

}  // namespace stackseal::app
