// SPDX-License-Identifier: Apache-2.0
// What happened in a run, line by line, and the first invariant that broke.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "controller/core/concat.hpp"
#include "controller/core/time.hpp"

namespace stackseal::simulation {

/// Lines name objects, revisions and codes; no key, no fingerprint: two runs of a seed agree.
class Trace {
  public:
    template <class... Parts>
    void note(const Parts&... parts) {
        lines_.push_back(core::concat(parts...));
    }
    /// The first fault counts; what follows is its consequence.
    template <class... Parts>
    void fault(const Parts&... parts) {
        note("FAULT ", parts...);
        if (!fault_) fault_ = core::concat(parts...);
    }
    const std::optional<std::string>& broken() const { return fault_; }
    const std::vector<std::string>& lines() const { return lines_; }

  private:
    std::vector<std::string> lines_;
    std::optional<std::string> fault_;
};

}  // namespace stackseal::simulation
