// SPDX-License-Identifier: Apache-2.0
// Small stand-ins for the ports that tests of many rooms need.
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "controller/ports/clock.hpp"
#include "controller/ports/events.hpp"
#include "controller/ports/log.hpp"
#include "controller/ports/metrics.hpp"

namespace stackseal::tests {

/// A clock that stands still until it is moved.
class FakeClock : public ports::Clock {
  public:
    explicit FakeClock(core::Instant start) : now_(start) {}
    core::Instant now() override {
        const std::lock_guard lock(mutex_);
        return now_;
    }
    std::chrono::milliseconds monotonic() override { return now().time_since_epoch(); }
    std::optional<core::ClockSkew> skew() override { return off; }
    void advance(std::chrono::milliseconds by) {
        const std::lock_guard lock(mutex_);
        now_ += by;
    }

    std::optional<core::ClockSkew> off;  ///< what skew() says; set before use

  private:
    std::mutex mutex_;
    core::Instant now_;
};

/// Keeps the lines, for tests that look for one (or for the absence of a secret).
class MemoryLog : public ports::Log {
  public:
    void write(ports::Level, std::string_view message,
               std::initializer_list<ports::Field> fields) override {
        std::string line(message);
        for (const auto& [key, value] : fields) line += " " + std::string(key) + "=" + value;
        const std::lock_guard lock(mutex_);
        lines_.push_back(std::move(line));
    }
    std::vector<std::string> lines() {
        const std::lock_guard lock(mutex_);
        return lines_;
    }

  private:
    std::mutex mutex_;
    std::vector<std::string> lines_;
};

class MemoryEvents : public ports::Events {
  public:
    void emit(ports::Event event) override {
        const std::lock_guard lock(mutex_);
        events_.push_back(std::move(event));
    }
    std::vector<ports::Event> events() {
        const std::lock_guard lock(mutex_);
        return events_;
    }

  private:
    std::mutex mutex_;
    std::vector<ports::Event> events_;
};

/// Takes everything and keeps nothing.
class NullMetrics : public ports::Metrics {
  public:
    void count(std::string_view, std::initializer_list<ports::Label>, double) override {}
    void set(std::string_view, std::initializer_list<ports::Label>, double) override {}
    void observe(std::string_view, std::initializer_list<ports::Label>, double) override {}
    void collect(ports::Collector) override {}
};

}  // namespace stackseal::tests
