// SPDX-License-Identifier: Apache-2.0
// The caller's own promise: it can stop waiting whatever the library does.
#include "controller/http/answer.hpp"

#include <utility>

namespace stackseal::http {

Answer::Answer(std::size_t body_limit, Slots::Place place)
    : body_limit_(body_limit), place_(std::move(place)) {}

void Answer::head(int status, ports::Headers headers) {
    const std::lock_guard lock(mutex_);
    outcome_.response.status = status;
    outcome_.response.headers = std::move(headers);
}

Flow Answer::body(std::string_view bytes) {
    const std::lock_guard lock(mutex_);
    auto& body = outcome_.response.body;
    outcome_.too_long = bytes.size() > body_limit_ - body.size();
    if (outcome_.too_long) return Flow::kStop;
    body.append(bytes);
    return Flow::kGoOn;
}

void Answer::end(std::optional<Failure> failure) {
    {
        const std::lock_guard lock(mutex_);
        outcome_.failure = std::move(failure);
        ended_ = true;
        place_.reset();
    }
    ended_cv_.notify_all();
}

bool Answer::wait(std::chrono::steady_clock::time_point until, const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    return ended_cv_.wait_until(lock, stop, until, [&] { return ended_; });
}

Answer::Outcome Answer::take() {
    const std::lock_guard lock(mutex_);
    return std::move(outcome_);
}

}  // namespace stackseal::http
