// SPDX-License-Identifier: Apache-2.0
// cpprestsdk behind the transport port: the seven rules that make it safe stand in its source.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "controller/ports/transport.hpp"

namespace stackseal::http {

/// First thing in main, before any thread: fixes the library's pool to one thread and keeps it from
/// parsing the system's trust store at each connection. Calling it again does nothing.
/// It sets SSL_CERT_FILE and SSL_CERT_DIR to nothing for this process: a command that the program
/// starts must not inherit them.
void start_pool();

/// Whether the pool thread ran something within that time. False for a stuck pool: for liveness.
bool pool_answers(std::chrono::milliseconds within);

/// How to reach one server. For https, tls must be set.
struct Settings {
    std::string url;  ///< "https://host:port", or "http://…" on loopback only
    /// Asked before each request; a pointer other than last time means: new connections from now
    /// on, the pooled ones are dropped. Not called for plain http.
    std::function<core::Result<std::shared_ptr<const ports::TlsMaterial>>()> tls;
    /// Requests in flight; more wait, within their deadline. Streams do not count.
    std::size_t concurrency = 16;
    std::string user_agent = "stackseal";
};

/// Errors: kInvalid for a URL that is none, has a path, query or user, or an IPv6 literal (the
/// library cannot connect to one; use a name).
core::Result<std::unique_ptr<ports::Transport>> connect(Settings settings);

}  // namespace stackseal::http
