// SPDX-License-Identifier: Apache-2.0
// The log port over spdlog: one line an entry, to standard error.
#pragma once

#include <memory>

#include "controller/observe/log_line.hpp"
#include "controller/ports/clock.hpp"
#include "controller/ports/log.hpp"

namespace stackseal::observe {

/// What is logged, and how it looks.
struct LogSettings {
    LogFormat format = LogFormat::kText;
    ports::Level level = ports::Level::kInfo;  ///< what is below is dropped before it is formatted
};

/// Any thread may call; lines never mix. A line that cannot be written is lost, nothing else.
class StructuredLog : public ports::Log {
  public:
    /// clock outlives this object and dates the lines.
    StructuredLog(LogSettings settings, ports::Clock& clock);
    ~StructuredLog() override;

    void write(ports::Level level, std::string_view message,
               std::initializer_list<ports::Field> fields) override;

  private:
    struct Sink;
    const LogSettings settings_;
    ports::Clock& clock_;
    std::unique_ptr<Sink> sink_;
};

}  // namespace stackseal::observe
