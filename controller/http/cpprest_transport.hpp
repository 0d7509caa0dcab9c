// SPDX-License-Identifier: Apache-2.0
// cpprestsdk behind the transport port: the seven rules that make it safe stand in its source.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "controller/ports/transport.hpp"

namespace stackseal::http {

/// First thing in main, before any thread: fixes the library's pool to one thread and keeps it from
/// parsing the system's trust store at each connection. Calling it again does nothing.
void start_pool();

struct Settings {
    std::string url;  ///< "https://host:port", or "http://…" on loopback only
    /// Asked before each request; a pointer other than last time means: new connections from now
    /// on, the pooled ones are dropped. Not called for plain http.
    std::function<core::Result<std::shared_ptr<const ports::TlsMaterial>>()> tls;
    std::size_t concurrency = 16;  ///< requests in flight; more wait, within their deadline
    std::string user_agent = "stackseal";
};

/// Errors: kInvalid for a URL that is none, has a path, query or user, or an IPv6 literal (the
/// library cannot connect to one; use a name).
core::Result<std::unique_ptr<ports::Transport>> connect(Settings settings);

}  // namespace stackseal::http
