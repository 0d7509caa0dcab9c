// SPDX-License-Identifier: Apache-2.0
// What an endpoint really serves, with what a client would think of it.
#pragma once

#include <chrono>
#include <string>

#include "controller/core/result.hpp"
#include "controller/core/time.hpp"
#include "controller/probe/endpoint.hpp"
#include "controller/probe/handshake.hpp"

namespace stackseal::probe {

/// A chain as served. Nothing of it is trusted; the problems say what a client would refuse.
struct Served {
    Shown shown;
    std::string verify_problem;  ///< why the anchors do not verify the chain; "": they do
    std::string name_problem;    ///< "": the leaf is valid for the name that was checked
};

/// Connects, shakes hands and lets go; sends nothing else. Blocks until the deadline at the most,
/// name resolution apart. now: the time at which the chain is verified.
/// Errors: kUnavailable and kNotFound, headed by the endpoint: "127.0.0.1:5000: connection
/// refused"; kInvalid for a server name that cannot be sent.
core::Result<Served> fetch(const Endpoint& endpoint, std::chrono::milliseconds deadline,
                           core::Time now);

}  // namespace stackseal::probe
