// SPDX-License-Identifier: Apache-2.0
// One API server: adds who we are, retries what may be retried, and turns answers into results.
#pragma once

#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>

#include "controller/core/result.hpp"
#include "controller/core/value.hpp"
#include "controller/kube/credentials.hpp"
#include "controller/kube/requests.hpp"
#include "controller/kube/waiting.hpp"
#include "controller/ports/clock.hpp"
#include "controller/ports/log.hpp"
#include "controller/ports/metrics.hpp"
#include "controller/ports/transport.hpp"

namespace stackseal::kube {

/// What a client stands on; all outlive it.
struct ClientParts {
    ports::Transport& transport;
    Credentials& credentials;
    ports::Log& log;
    ports::Metrics& metrics;
    ports::Clock& clock;
    std::string host;    ///< of Config::server, for metrics
    std::string prefix;  ///< Config::prefix
    Pause pause = real_pause();
    /// For all tries of a call together, waits included.
    std::chrono::milliseconds patience{30'000};
};

/// "host:port" of "https://host:port".
std::string host_of(std::string_view server);

/// Any thread may call; calls block.
class Client {
  public:
    /// One client a connection pool: it has the transport's concurrency and no limit of its own.
    explicit Client(ClientParts parts);

    /// The answer's document. 401: the token is dropped and the call tried once more. 429 and 5xx:
    /// tried again, at most ten times, only if told when (Retry-After) and patience lasts. A GET
    /// whose connection broke is tried once more; a write never is. stop cuts off waits and reads;
    /// a write that has been sent is waited for. Errors: those of error_of; kUnavailable for no
    /// answer or one that is no JSON; kCancelled.
    core::Result<core::Value> call(const Call& call, const std::stop_token& stop = {});

    /// The same, without reading the answer: any status is an answer.
    core::Result<ports::Response> exchange(const Call& call, const std::stop_token& stop = {});

    /// One stream, tried once; a 401 drops the token.
    core::Result<ports::StreamEnd> stream(ports::StreamRequest request,
                                          const std::function<void(std::string_view)>& on_line,
                                          const std::stop_token& stop);

    /// How far our clock is ahead of the server's by its last Date header; absent: none yet.
    std::optional<std::chrono::seconds> skew() const;

  private:
    struct Try;
    core::Result<ports::Response> send(const ports::Request& request, const std::stop_token& stop);
    bool retry(Try& state, const ports::Request& request,
               const core::Result<ports::Response>& answer, const std::stop_token& stop);
    bool retry_told(Try& state, const ports::Response& answer, const std::stop_token& stop);
    void note(int status, std::string_view method);
    void tell_warnings(const ports::Headers& headers);
    void compare_clocks(const ports::Headers& headers);

    ClientParts parts_;
    mutable std::mutex mutex_;
    std::set<std::string, std::less<>> warned_;  ///< guarded by mutex_
    std::optional<std::chrono::seconds> skew_;   ///< guarded by mutex_
};

}  // namespace stackseal::kube
