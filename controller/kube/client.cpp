// SPDX-License-Identifier: Apache-2.0
// The retry table of client-go (rest/with_retry.go, transport/token_source.go), and no more.
#include "controller/kube/client.hpp"

#include <utility>

#include "controller/core/concat.hpp"
#include "controller/kube/answer.hpp"
#include "controller/kube/http_date.hpp"
#include "controller/text/json.hpp"

namespace stackseal::kube {

namespace {

constexpr int kMostRetries = 10;
constexpr std::size_t kWarningLimit = 1000;  ///< different texts; then they are no longer told
constexpr std::chrono::milliseconds kBrokenWait{1000};

bool is_read(const ports::Request& request) {
    return request.method == "GET";
}

bool is_good(const ports::Response& answer) {
    return answer.status >= 200 && answer.status <= 299;
}

core::Error refusal(const ports::Response& answer, const Call& call) {
    core::Error error =
        error_of(failure_of(answer.status, answer.headers, answer.body), call.action);
    // A 504, for one, comes after the request has been passed on.
    error.maybe_executed = answer.status >= 500 && !is_read(call.http);
    return error;
}

core::Result<core::Value> document_of(const ports::Response& answer, const Call& call) {
    if (!is_good(answer)) return refusal(answer, call);
    auto document = text::parse_kubernetes_json(answer.body);
    if (document && document->is_object()) return document;
    // The parser's message is not repeated: it may quote a Secret.
    core::Error error{core::Code::kUnavailable,
                      core::concat(call.action, ": the API server answered nonsense: ",
                                   answer.body.size(), " bytes that are no JSON object")};
    error.maybe_executed = !is_read(call.http);
    return error;
}

ports::Request copy_with(const ports::Request& request, const std::string& prefix,
                         ports::Headers who) {
    ports::Request out = request;
    out.target = prefix + request.target;
    for (auto& field : who) out.headers.push_back(std::move(field));
    return out;
}

}  // namespace

std::string host_of(std::string_view server) {
    const std::size_t scheme = server.find("://");
    if (scheme != std::string_view::npos) server.remove_prefix(scheme + 3);
    return std::string(server.substr(0, server.find('/')));
}

/// What one call has used up.
struct Client::Try {
    std::chrono::milliseconds until;  ///< monotonic
    int told = 0;                     ///< retries because of Retry-After
    bool broken = false;              ///< retried after a broken connection
    bool refused = false;             ///< retried after a 401
    ports::Headers who;               ///< sent last
};

Client::Client(ClientParts parts) : parts_(std::move(parts)) {}

core::Result<core::Value> Client::call(const Call& call, const std::stop_token& stop) {
    auto answer = exchange(call, stop);
    if (!answer) {
        core::Error error = std::move(answer).error();
        error.message = core::concat(call.action, ": ", error.message);
        return error;
    }
    auto document = document_of(*answer, call);
    core::wipe(answer->body);
    return document;
}

core::Result<ports::Response> Client::exchange(const Call& call, const std::stop_token& stop) {
    Try state{parts_.clock.monotonic() + parts_.patience, 0, false, false, {}};
    while (true) {
        STACKSEAL_TRY(state.who, parts_.credentials.headers());
        auto answer = send(copy_with(call.http, parts_.prefix, state.who), stop);
        if (!retry(state, call.http, answer, stop)) return answer;
    }
}

core::Result<ports::Response> Client::send(const ports::Request& request,
                                           const std::stop_token& stop) {
    const std::chrono::milliseconds began = parts_.clock.monotonic();
    // A write under way is not cut off: only its answer tells whether it took effect.
    auto answer = parts_.transport.send(request, is_read(request) ? stop : std::stop_token());
    const std::chrono::duration<double> took = parts_.clock.monotonic() - began;
    note(answer ? answer->status : 0, request.method);
    parts_.metrics.observe("rest_client_request_duration_seconds",
                           {{"verb", request.method}, {"host", parts_.host}}, took.count());
    if (!answer) return answer;
    tell_warnings(answer->headers);
    compare_clocks(answer->headers);
    return answer;
}

bool Client::retry(Try& state, const ports::Request& request,
                   const core::Result<ports::Response>& answer, const std::stop_token& stop) {
    if (stop.stop_requested()) return false;
    if (!answer) {
        const bool may = is_read(request) && answer.error().code == core::Code::kUnavailable;
        if (!may || std::exchange(state.broken, true)) return false;
        if (parts_.clock.monotonic() + kBrokenWait >= state.until) return false;
        return parts_.pause(kBrokenWait, stop);
    }
    if (answer->status == 401)
        return parts_.credentials.reject(state.who) && !std::exchange(state.refused, true);
    return retry_told(state, *answer, stop);
}

bool Client::retry_told(Try& state, const ports::Response& answer, const std::stop_token& stop) {
    if (answer.status != 429 && answer.status < 500) return false;
    const std::string_view told = header(answer.headers, "Retry-After");
    if (told.empty() || state.told == kMostRetries) return false;
    const std::chrono::seconds wait(failure_of(answer.status, answer.headers, "").retry_after);
    if (parts_.clock.monotonic() + wait >= state.until) return false;
    ++state.told;
    return parts_.pause(wait, stop);
}

core::Result<ports::StreamEnd> Client::stream(ports::StreamRequest request,
                                              const std::function<void(std::string_view)>& on_line,
                                              const std::stop_token& stop) {
    STACKSEAL_TRY(const ports::Headers who, parts_.credentials.headers());
    request.target = parts_.prefix + request.target;
    for (const auto& field : who) request.headers.push_back(field);
    auto end = parts_.transport.stream(request, on_line, stop);
    note(end ? end->status : 0, "GET");
    if (end && end->status == 401) parts_.credentials.reject(who);
    if (end) tell_warnings(end->headers);
    return end;
}

void Client::compare_clocks(const ports::Headers& headers) {
    const auto date = parse_http_date(header(headers, "Date"));
    if (!date) return;
    const std::chrono::seconds ahead = core::seconds_of(parts_.clock.now()) - *date;
    const std::lock_guard lock(mutex_);
    skew_ = ahead;
}

std::optional<std::chrono::seconds> Client::skew() const {
    const std::lock_guard lock(mutex_);
    return skew_;
}

void Client::note(int status, std::string_view method) {
    parts_.metrics.count("rest_client_requests_total",
                         {{"code", status == 0 ? "<error>" : std::to_string(status)},
                          {"method", std::string(method)},
                          {"host", parts_.host}});
}

void Client::tell_warnings(const ports::Headers& headers) {
    for (const std::string& text : warnings(headers)) {
        {
            const std::lock_guard lock(mutex_);
            if (warned_.size() >= kWarningLimit || !warned_.insert(text).second) continue;
        }
        parts_.log.warn("the API server warns", {{"warning", text}});
    }
}

}  // namespace stackseal::kube
