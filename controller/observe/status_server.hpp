// SPDX-License-Identifier: Apache-2.0
// The HTTP server for metrics and health: plain HTTP, few threads, strict limits.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "controller/core/result.hpp"
#include "controller/observe/status_pages.hpp"
#include "controller/ports/log.hpp"

namespace stackseal::observe {

/// Serves from start() until it is destroyed, on four threads of its own.
class StatusServer {
  public:
    /// address: "127.0.0.1:9402", ":9402" for all IPv4 addresses; port 0 takes a free one. What
    /// pages names, and log, outlive the server. Errors: kInvalid for another form; kUnavailable
    /// when the address cannot be bound.
    static core::Result<std::unique_ptr<StatusServer>> start(std::string_view address,
                                                             StatusPages pages, ports::Log& log);
    ~StatusServer();
    StatusServer(const StatusServer&) = delete;
    StatusServer& operator=(const StatusServer&) = delete;

    /// Where it really listens, with the real port: "127.0.0.1:43117".
    const std::string& address() const { return address_; }
    int port() const { return port_; }

  private:
    struct Server;
    StatusServer(StatusPages pages, ports::Log& log);

    std::unique_ptr<Server> server_;
    std::string address_;
    int port_ = 0;
};

}  // namespace stackseal::observe
