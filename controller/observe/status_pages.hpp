// SPDX-License-Identifier: Apache-2.0
// Which path answers what: the status server's routes, without a socket.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "controller/observe/health.hpp"
#include "controller/observe/open_metrics.hpp"

namespace stackseal::observe {

/// What is looked at of a request: its first line, cut into its parts, and one header. query has no
/// "?".
struct StatusRequest {
    std::string_view method;
    std::string_view path;
    std::string_view query;
    std::string_view accept;  ///< the header's value; "": none
};

/// What is sent back; the body is left out for HEAD, but counted.
struct StatusAnswer {
    int status = 200;
    std::string type = "text/plain; charset=utf-8";
    std::string body;
};

/// Where the answers come from. Both may be asked by several threads at once.
struct StatusPages {
    std::function<std::string(Dialect)> metrics;
    Health* health = nullptr;  ///< outlives the server
};

/// GET and HEAD of /, /metrics, /livez, /healthz, /readyz and /livez/CHECK and so on, with ?verbose
/// and ?exclude=CHECK. Status 404 for another path, 405 for another method.
StatusAnswer answer(const StatusRequest& request, const StatusPages& pages);

}  // namespace stackseal::observe
