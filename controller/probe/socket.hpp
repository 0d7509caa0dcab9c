// SPDX-License-Identifier: Apache-2.0
// A TCP connection that never blocks beyond its deadline and never raises SIGPIPE.
#pragma once

#include <string>
#include <string_view>

#include "controller/core/result.hpp"
#include "controller/probe/deadline.hpp"
#include "controller/probe/endpoint.hpp"

namespace stackseal::probe {

/// A connected, non-blocking socket. One thread at a time.
class Socket {
  public:
    /// Takes the descriptor over.
    explicit Socket(int descriptor) : descriptor_(descriptor) {}
    Socket(Socket&& other) noexcept;
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;
    ~Socket();

    /// Sends all of it. Errors: kUnavailable.
    core::Result<void> send(std::string_view bytes, const Deadline& deadline) const;
    /// Whatever has arrived, at least one byte; "" when the peer has closed. Errors: kUnavailable.
    core::Result<std::string> receive(const Deadline& deadline) const;
    int descriptor() const { return descriptor_; }

  private:
    int descriptor_;
};

/// Tries the host's addresses in the resolver's order, each with an equal share of what is left.
/// The resolver itself keeps its own time limits, which count against the deadline.
/// Errors: kNotFound for a name without address; kUnavailable, with each reason once.
core::Result<Socket> connect_to(const Endpoint& endpoint, const Deadline& deadline);

}  // namespace stackseal::probe
