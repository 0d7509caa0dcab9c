// SPDX-License-Identifier: Apache-2.0
// Writes of a leader only: a process that slept past its lease would bring back an older spec.
#pragma once

#include <functional>

#include "controller/ports/cluster.hpp"

namespace stackseal::app {

/// Asked at each write, so that a pass that began as the leader's does not end as another's. What
/// is under way when the lease is lost is left to the write's precondition.
class FencedWriter : public ports::Writer {
  public:
    FencedWriter(ports::Writer& inner, std::function<bool()> leads)
        : inner_(inner), leads_(std::move(leads)) {}

    /// Errors: kCancelled for a process that does not lead any more; those of inner.
    core::Result<api::Object> write(ports::Write write) override {
        if (leads_()) return inner_.write(std::move(write));
        return core::Error{core::Code::kCancelled, "another process may lead by now"};
    }

  private:
    ports::Writer& inner_;
    std::function<bool()> leads_;
};

}  // namespace stackseal::app
