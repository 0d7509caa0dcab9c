// SPDX-License-Identifier: Apache-2.0
// The structured log: a constant message and key-value pairs; never a key, token or PEM.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace stackseal::ports {

/// By rising weight. Below the configured one nothing is written; by default that is kInfo.
enum class Level { kDebug, kInfo, kWarning, kError };

using Field = std::pair<std::string_view, std::string>;

/// message is constant, so that logs can be counted by it; what varies goes into the fields.
class Log {
  public:
    virtual ~Log() = default;
    /// Any thread may call.
    virtual void write(Level level, std::string_view message,
                       std::initializer_list<Field> fields) = 0;

    /// What happened and should: an operator reads it later.
    void info(std::string_view m, std::initializer_list<Field> f = {}) {
        write(Level::kInfo, m, f);
    }
    /// Work goes on, yet somebody should look at it.
    void warn(std::string_view m, std::initializer_list<Field> f = {}) {
        write(Level::kWarning, m, f);
    }
    /// Something failed, and stays so until somebody acts.
    void error(std::string_view m, std::initializer_list<Field> f = {}) {
        write(Level::kError, m, f);
    }
    /// Off by default; may come with each reconcile.
    void debug(std::string_view m, std::initializer_list<Field> f = {}) {
        write(Level::kDebug, m, f);
    }
};

}  // namespace stackseal::ports
