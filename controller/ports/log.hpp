// SPDX-License-Identifier: Apache-2.0
// The structured log: a constant message and key-value pairs; never a key, token or PEM.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace stackseal::ports {

enum class Level { kDebug, kInfo, kWarning, kError };

using Field = std::pair<std::string_view, std::string>;

class Log {
  public:
    virtual ~Log() = default;
    /// Any thread may call.
    virtual void write(Level level, std::string_view message,
                       std::initializer_list<Field> fields) = 0;

    void info(std::string_view m, std::initializer_list<Field> f = {}) {
        write(Level::kInfo, m, f);
    }
    void warn(std::string_view m, std::initializer_list<Field> f = {}) {
        write(Level::kWarning, m, f);
    }
    void error(std::string_view m, std::initializer_list<Field> f = {}) {
        write(Level::kError, m, f);
    }
    void debug(std::string_view m, std::initializer_list<Field> f = {}) {
        write(Level::kDebug, m, f);
    }
};

}  // namespace stackseal::ports
