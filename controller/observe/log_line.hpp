// SPDX-License-Identifier: Apache-2.0
// One log line as text: pure, so that every escape can be tested as a table.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "controller/core/result.hpp"
#include "controller/core/time.hpp"
#include "controller/ports/log.hpp"

namespace stackseal::observe {

/// How a line looks: an object of JSON, or words and key=value pairs for a human.
enum class LogFormat { kText, kJson };

/// What one line tells.
struct LogLine {
    core::Instant time;
    ports::Level level = ports::Level::kInfo;
    std::string_view message;
    std::initializer_list<ports::Field> fields;
};

/// The longest value that is shown, in bytes; the rest is cut and its size told.
inline constexpr std::size_t kLogValueLimit = 2048;

/// One line without its end. Values are valid UTF-8 without control characters, cut, and replaced
/// as a whole where they look like a secret. In JSON the keys "time", "level" and "msg" are ours: a
/// field of that name gets a "_" behind it.
std::string format_line(LogFormat format, const LogLine& line);

/// "debug", "info", "warning" or "error". Errors: kInvalid, with the words that are known.
core::Result<ports::Level> parse_level(std::string_view text);

/// "text" or "json". Errors: kInvalid, with the words that are known.
core::Result<LogFormat> parse_log_format(std::string_view text);

/// The level's name, as parse_level takes it.
std::string_view to_string(ports::Level level);

}  // namespace stackseal::observe
