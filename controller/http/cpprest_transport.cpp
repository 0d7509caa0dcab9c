// SPDX-License-Identifier: Apache-2.0
// The port's promises over a client that may hang: own deadlines, own concurrency, one replay.
// The seven rules (research/feasibility.md 2.8) stand where they are kept: 1 and 2 in pool.cpp,
// 3, 4 and 6 in client.cpp, 5 in tls.cpp, 7 here and in failure.cpp.
#include "controller/http/cpprest_transport.hpp"

#include <algorithm>
#include <utility>

#include "controller/core/concat.hpp"
#include "controller/http/answer.hpp"
#include "controller/http/connections.hpp"
#include "controller/http/lines.hpp"
#include "controller/http/pool.hpp"
#include "controller/http/slots.hpp"
#include "controller/http/syntax.hpp"

namespace stackseal::http {

namespace {

using core::Code;
using core::concat;
using core::Error;
using core::Result;
using Clock = std::chrono::steady_clock;

/// After a cancel the library answers within a millisecond, and knows whether it had written.
constexpr std::chrono::milliseconds kGrace{200};

/// Cancels what has not ended when the caller leaves, however it leaves.
class Running {
  public:
    explicit Running(std::shared_ptr<Exchange> exchange) : exchange_(std::move(exchange)) {}
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;
    ~Running() { cancel(); }
    void cancel() {
        if (const auto exchange = std::exchange(exchange_, nullptr)) exchange->cancel();
    }
    /// It is over: there is nothing left to cancel.
    void release() { exchange_.reset(); }
    Exchange* operator->() const { return exchange_.get(); }

  private:
    std::shared_ptr<Exchange> exchange_;
};

bool is_write(std::string_view method) {
    return method != "GET" && method != "HEAD";
}

Result<void> may_wait() {
    if (!on_pool_thread()) return {};
    return Error{Code::kInternal, "an HTTP call from the library's own thread would never end"};
}

/// One request's way through its attempts.
struct Order {
    Message message;
    std::size_t body_limit = 0;
    Clock::time_point until;
    std::stop_token stop;
    std::string name;  ///< "PUT https://host:port/path", for messages
};

class CpprestTransport final : public ports::Transport {
  public:
    CpprestTransport(Origin origin, Settings settings)
        : connections_(std::move(origin), std::move(settings.tls)),
          slots_(std::max<std::size_t>(settings.concurrency, 1)),
          user_agent_(std::move(settings.user_agent)) {}

    Result<ports::Response> send(ports::Request request, std::stop_token stop) override;
    Result<ports::StreamEnd> stream(const ports::StreamRequest& request,
                                    const std::function<void(std::string_view)>& on_line,
                                    std::stop_token stop) override;

  private:
    struct Attempt {
        Result<ports::Response> result;
        bool was_dead = false;  ///< on a connection that had died in the pool
    };
    Attempt attempt(const Order& order);
    Attempt conclude(const Order& order, Answer& answer);
    Error give_up(const Order& order, Answer& answer);
    std::string name_of(std::string_view method, std::string_view target) const;
    ports::Headers with_agent(ports::Headers headers) const;

    Connections connections_;
    Slots slots_;
    const std::string user_agent_;
};

std::string CpprestTransport::name_of(std::string_view method, std::string_view target) const {
    return concat(method, " ", connections_.origin().url(), target.substr(0, target.find('?')));
}

ports::Headers CpprestTransport::with_agent(ports::Headers headers) const {
    const ports::Response given{.headers = headers};
    if (given.header("User-Agent").empty()) headers.emplace_back("User-Agent", user_agent_);
    return headers;
}

Result<ports::Response> CpprestTransport::send(ports::Request request, std::stop_token stop) {
    auto body =
        std::make_shared<const core::SecretBytes>(core::SecretBytes::take(std::move(request.body)));
    STACKSEAL_CHECK(may_wait());
    STACKSEAL_CHECK(check_request(request.method, request.target, request.headers));
    const Order order{
        .message = {request.method, request.target, with_agent(std::move(request.headers)),
                    std::move(body), request.replayable},
        .body_limit = request.body_limit,
        .until = Clock::now() + request.deadline,
        .stop = std::move(stop),
        .name = name_of(request.method, request.target)};
    auto first = attempt(order);
    if (!first.was_dead || !request.replayable) return std::move(first.result);
    auto second = attempt(order).result;
    if (!second) second.error().maybe_executed |= first.result.error().maybe_executed;
    return second;
}

CpprestTransport::Attempt CpprestTransport::attempt(const Order& order) {
    auto place = slots_.take(order.until, order.stop);
    if (!place && order.stop.stop_requested())
        return {Error{Code::kCancelled, concat(order.name, ": cancelled")}};
    if (!place)
        return {Error{Code::kUnavailable,
                      concat(order.name, ": its deadline passed while it waited for its turn")}};
    auto client = connections_.get(Use::kRequest);
    if (!client) return {std::move(client).error()};
    const auto answer = std::make_shared<Answer>(order.body_limit, std::move(*place));
    Running running((*client)->start(order.message, answer));
    if (answer->wait(order.until, order.stop)) {
        running.release();
        auto concluded = conclude(order, *answer);
        if (!concluded.result) connections_.discard(*client);
        return concluded;
    }
    running.cancel();
    connections_.discard(*client);
    return {give_up(order, *answer)};
}

CpprestTransport::Attempt CpprestTransport::conclude(const Order& order, Answer& answer) {
    auto outcome = answer.take();
    if (!outcome.failure) return {std::move(outcome.response)};
    auto error = to_error(*outcome.failure, order.name, is_write(order.message.method));
    if (outcome.too_long)
        error.message =
            concat(order.name, ": the answer is larger than ", order.body_limit, " bytes");
    return {std::move(error), was_dead_connection(*outcome.failure)};
}

Error CpprestTransport::give_up(const Order& order, Answer& answer) {
    const bool stopped = order.stop.stop_requested();
    Error error{stopped ? Code::kCancelled : Code::kUnavailable,
                concat(order.name, stopped ? ": cancelled" : ": no complete answer in time")};
    error.maybe_executed = is_write(order.message.method);
    if (!error.maybe_executed || !answer.wait(Clock::now() + kGrace, {})) return error;
    const auto outcome = answer.take();
    error.maybe_executed = !outcome.failure || outcome.failure->written;
    return error;
}

Error stream_error(const Lines::Outcome& outcome, const std::string& name, std::size_t limit) {
    if (outcome.too_long)
        return Error{Code::kInvalid, concat(name, ": a line is longer than ", limit, " bytes")};
    return to_error(*outcome.failure, name, false);
}

Error quiet_error(Lines::Why why, const std::string& name) {
    if (why == Lines::Why::kStopped) return Error{Code::kCancelled, concat(name, ": cancelled")};
    return Error{Code::kUnavailable,
                 concat(name, why == Lines::Why::kIdle ? ": the stream fell silent"
                                                       : ": no answer in time")};
}

Lines::Limits limits_of(const ports::StreamRequest& request) {
    const auto now = Clock::now();
    return {.line = request.line_limit,
            .error_body = request.error_body_limit,
            .idle = request.idle_timeout,
            .head_until = now + request.connect_deadline,
            .until = now + request.lifetime};
}

/// Delivers until there is nothing more, and says why. A stop ends it between two lines.
Lines::Why deliver(Lines& lines, const Running& running, const std::stop_token& stop,
                   const std::function<void(std::string_view)>& on_line) {
    for (;;) {
        const auto step = lines.next(stop);
        if (step.why != Lines::Why::kLines) return step.why;
        if (step.held) running->resume();
        for (const auto& line : step.lines) {
            if (stop.stop_requested()) return Lines::Why::kStopped;
            on_line(line);
        }
    }
}

Result<ports::StreamEnd> CpprestTransport::stream(
    const ports::StreamRequest& request, const std::function<void(std::string_view)>& on_line,
    std::stop_token stop) {
    STACKSEAL_CHECK(may_wait());
    STACKSEAL_CHECK(check_request("GET", request.target, request.headers));
    const std::string name = name_of("GET", request.target);
    STACKSEAL_TRY(const auto client, connections_.get(Use::kStream));
    const auto lines = std::make_shared<Lines>(limits_of(request));
    Running running(
        client->start({"GET", request.target, with_agent(request.headers), nullptr, true}, lines));
    const auto why = deliver(*lines, running, stop, on_line);
    if (why == Lines::Why::kLifetime) return lines->take().end;
    if (why == Lines::Why::kStopped) return quiet_error(why, name);
    if (why != Lines::Why::kEnded) {
        connections_.discard(client);
        return quiet_error(why, name);
    }
    running.release();
    auto outcome = lines->take();
    if (!outcome.failure) return std::move(outcome.end);
    connections_.discard(client);
    return stream_error(outcome, name, request.line_limit);
}

}  // namespace

Result<std::unique_ptr<ports::Transport>> connect(Settings settings) {
    STACKSEAL_TRY(auto origin, parse_origin(settings.url));
    if (!pool_has_one_thread())
        return Error{Code::kInternal, "start_pool must come before other use of the HTTP library"};
    if (origin.tls && !settings.tls)
        return Error{Code::kInvalid, concat(origin.url(), ": https needs TLS material")};
    return std::unique_ptr<ports::Transport>(
        std::make_unique<CpprestTransport>(std::move(origin), std::move(settings)));
}

}  // namespace stackseal::http
