// SPDX-License-Identifier: Apache-2.0
// HTTP as this program needs it: one request with a total deadline, or one stream of lines.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "controller/core/result.hpp"
#include "controller/core/secret_bytes.hpp"

namespace stackseal::ports {

/// Header names compare without case; values are refused if they hold CR, LF or NUL.
using Headers = std::vector<std::pair<std::string, std::string>>;

/// One exchange. Host, Content-Length and User-Agent are the transport's to add.
struct Request {
    std::string method;  ///< "GET", "POST", "PUT", "PATCH", "DELETE"
    std::string target;  ///< path and query, percent-encoded: "/api/v1/secrets?limit=500"
    Headers headers;
    std::string body;  ///< wiped after the call
    /// False: sent at most once, even when a pooled connection turns out dead.
    bool replayable = true;
    std::chrono::milliseconds deadline{30'000};  ///< for the whole exchange, connect included
    std::size_t body_limit = 64U << 20U;         ///< of the answer; more is an error
};

/// A whole answer of any status; the body is as sent, at most the request's body_limit.
struct Response {
    int status = 0;
    Headers headers;
    std::string body;

    /// A header's first value, or "".
    std::string header(std::string_view name) const;
};

/// A long answer, cut into lines as they arrive.
struct StreamRequest {
    std::string target;
    Headers headers;
    std::chrono::milliseconds connect_deadline{30'000};  ///< until the status line
    std::chrono::milliseconds idle_timeout{150'000};     ///< between two reads; then kUnavailable
    std::chrono::milliseconds lifetime{660'000};         ///< in all; then it ends normally
    std::size_t line_limit = 16U << 20U;
    std::size_t error_body_limit = 1U << 20U;
};

/// How a stream ended. status is 0 when no answer came.
struct StreamEnd {
    int status = 0;
    Headers headers;
    std::string error_body;  ///< for a status other than 200
};

/// One server. Any thread may call but the adapter's own; calls block the caller, nothing else.
/// TLS: only the configured trust anchors count, names are checked against SANs only, redirects
/// are never followed (a 3xx is an answer like another).
class Transport {
  public:
    virtual ~Transport() = default;
    /// Any HTTP status is an answer. Errors: kUnavailable (maybe_executed says whether the request
    /// may have reached the server), kCancelled, kInvalid (a header or target that cannot be sent).
    virtual core::Result<Response> send(Request request, std::stop_token stop = {}) = 0;
    /// Calls on_line for each line (without its end) on the caller's thread until the stream ends;
    /// a slow on_line slows the sender. An incomplete last line is never delivered. Returns the end
    /// for a proper end or a status other than 200. Errors: kUnavailable when the stream broke, was
    /// idle or stalled; kCancelled; kInvalid for a line over the limit.
    virtual core::Result<StreamEnd> stream(const StreamRequest& request,
                                           const std::function<void(std::string_view)>& on_line,
                                           std::stop_token stop) = 0;
};

/// What a TLS client needs, from memory. Replaced as a whole when a file changes.
struct TlsMaterial {
    std::string ca_pem;           ///< trust anchors; empty: the system's
    std::string certificate_pem;  ///< client certificate chain; empty: none
    core::SecretBytes key_pem;
    std::string server_name;  ///< checked and sent instead of the host; empty: the host
    bool insecure = false;    ///< insecure-skip-tls-verify: nothing is checked
};

}  // namespace stackseal::ports
