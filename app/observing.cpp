// SPDX-License-Identifier: Apache-2.0
// Settings to adapters.
#include "app/observing.hpp"

namespace stackseal::app {

namespace {

ports::Level level_of(const std::string& name) {
    if (name == "debug") return ports::Level::kDebug;
    if (name == "warning") return ports::Level::kWarning;
    return name == "error" ? ports::Level::kError : ports::Level::kInfo;
}

observe::LogSettings log_settings(const RunSettings& settings) {
    return {settings.log_format == "json" ? observe::LogFormat::kJson : observe::LogFormat::kText,
            level_of(settings.log_level)};
}

}  // namespace

Observing::Observing(const RunSettings& settings)
    : log(log_settings(settings), clock),
      metrics(log),
      health(log),
      address_(settings.status_address) {}

core::Result<void> Observing::serve() {
    if (address_.empty()) return {};
    STACKSEAL_TRY(
        server_,
        observe::StatusServer::start(
            address_, {[this](observe::Dialect dialect) { return metrics.text(dialect); }, &health},
            log));
    log.info("status server listens", {{"address", server_->address()}});
    return {};
}

}  // namespace stackseal::app
