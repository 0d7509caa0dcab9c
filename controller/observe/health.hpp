// SPDX-License-Identifier: Apache-2.0
// Named checks of liveness and readiness, and the answers that the kubelet and people get.
#pragma once

#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "controller/core/result.hpp"
#include "controller/ports/log.hpp"

namespace stackseal::observe {

/// Live: restart the process if it fails. Ready: it does its work; never a matter of leadership.
enum class Probe { kLive, kReady };

/// What one check found.
struct Finding {
    std::string name;
    bool passed = true;

    bool operator==(const Finding&) const = default;
};

/// What somebody wants to know.
struct HealthQuestion {
    std::string_view only;                  ///< one check; empty: all
    std::vector<std::string_view> exclude;  ///< checks that do not count
    bool verbose = false;
};

/// status: 200, 404 (no check of that name) or 500. The text ends with a newline.
struct HealthAnswer {
    int status = 200;
    std::string text;

    bool operator==(const HealthAnswer&) const = default;
};

/// Judges findings: "ok", or one line for each check when one failed or verbose is asked. Reasons
/// are withheld, they stand in the log. Source: the API server's /livez and /readyz.
HealthAnswer judge(std::string_view title, const std::vector<Finding>& findings,
                   const HealthQuestion& question);

/// The checks. Any thread may ask; checks are added before the first question.
class Health {
  public:
    /// A check answers at once, from memory, and may be called by several threads.
    using Check = std::function<core::Result<void>()>;

    /// log outlives this object; a check that begins to fail or recovers is written there once.
    explicit Health(ports::Log& log) : log_(log) {}

    /// Names are words of [a-z0-9-], as they stand in the path /readyz/NAME.
    void add(Probe probe, std::string name, Check check);

    /// Runs the checks of a probe, in the order of their adding.
    std::vector<Finding> examine(Probe probe);

  private:
    struct Entry {
        Probe probe;
        std::string name;
        Check check;
    };

    bool passes(const Entry& entry);

    ports::Log& log_;
    std::vector<Entry> entries_;
    std::mutex mutex_;  // guards failing_
    std::set<const Entry*> failing_;
};

}  // namespace stackseal::observe
