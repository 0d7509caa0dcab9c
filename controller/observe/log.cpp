// SPDX-License-Identifier: Apache-2.0
// The only file that includes spdlog: it costs seven seconds to compile.
#include "controller/observe/log.hpp"

#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>

namespace stackseal::observe {

struct StructuredLog::Sink {
    spdlog::logger logger{"stackseal", std::make_shared<spdlog::sinks::stderr_sink_mt>()};
};

StructuredLog::StructuredLog(LogSettings settings, ports::Clock& clock)
    : settings_(settings), clock_(clock), sink_(std::make_unique<Sink>()) {
    sink_->logger.set_level(spdlog::level::trace);  // write() has filtered already
    sink_->logger.set_pattern("%v");                // the line brings its own time and level
    sink_->logger.set_error_handler([](const std::string&) {});
}

StructuredLog::~StructuredLog() = default;

void StructuredLog::write(ports::Level level, std::string_view message,
                          std::initializer_list<ports::Field> fields) {
    if (level < settings_.level) return;
    const std::string line = format_line(settings_.format, {clock_.now(), level, message, fields});
    sink_->logger.log(spdlog::level::info, spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace stackseal::observe
