// SPDX-License-Identifier: Apache-2.0
// Events without a cluster: lines of the log.
#pragma once

#include "controller/ports/events.hpp"
#include "controller/ports/log.hpp"

namespace stackseal::app {

class LogEvents : public ports::Events {
  public:
    explicit LogEvents(ports::Log& log) : log_(log) {}
    void emit(ports::Event event) override {
        log_.write(event.warning ? ports::Level::kWarning : ports::Level::kInfo, "event",
                   {{"object", core::to_string(event.regarding)},
                    {"reason", event.reason},
                    {"note", event.note}});
    }

  private:
    ports::Log& log_;
};

}  // namespace stackseal::app
