// SPDX-License-Identifier: Apache-2.0
// Which path answers what: the status server's routes, without a socket.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "controller/observe/health.hpp"

namespace stackseal::observe {

/// A request's first line, cut into its parts. query has no "?".
struct StatusRequest {
    std::string_view method;
    std::string_view path;
    std::string_view query;
};

/// What is sent back; the body is left out for HEAD, but counted.
struct StatusAnswer {
    int status = 200;
    std::string type = "text/plain; charset=utf-8";
    std::string body;
};

/// Where the answers come from. Both may be asked by several threads at once.
struct StatusPages {
    std::function<std::string()> metrics;  ///< text exposition format
    Health* health = nullptr;              ///< outlives the server
};

/// GET and HEAD of /, /metrics, /livez, /healthz, /readyz and /livez/CHECK and so on, with ?verbose
/// and ?exclude=CHECK. Status 404 for another path, 405 for another method.
StatusAnswer answer(const StatusRequest& request, const StatusPages& pages);

}  // namespace stackseal::observe
