// SPDX-License-Identifier: Apache-2.0
// The idle clock runs only while the caller waits: a slow caller is no fault of the server.
#include "controller/http/lines.hpp"

#include <algorithm>
#include <utility>

namespace stackseal::http {

namespace {
using Clock = std::chrono::steady_clock;
}  // namespace

LineCutter::Cut LineCutter::feed(std::string_view bytes) {
    Cut cut;
    while (!bytes.empty()) {
        const auto feed = bytes.find('\n');
        const auto piece = bytes.substr(0, feed);
        cut.too_long = piece.size() > limit_ - begun_.size();
        if (cut.too_long) return cut;
        begun_.append(piece);
        if (feed == std::string_view::npos) return cut;
        if (begun_.ends_with('\r')) begun_.pop_back();
        cut.lines.push_back(std::exchange(begun_, {}));
        bytes.remove_prefix(feed + 1);
    }
    return cut;
}

Lines::Lines(const Limits& limits) : limits_(limits), cutter_(limits.line), heard_(Clock::now()) {}

// Whoever is woken wants the lock at once, so it is told after the lock was let go.
void Lines::head(int status, ports::Headers headers) {
    {
        const std::lock_guard lock(mutex_);
        outcome_.end.status = status;
        outcome_.end.headers = std::move(headers);
        heard_ = Clock::now();
    }
    changed_.notify_all();
}

Flow Lines::body(std::string_view bytes) {
    std::unique_lock lock(mutex_);
    heard_ = Clock::now();
    const Flow flow = outcome_.end.status == 200 ? cut(bytes) : keep_error_body(bytes);
    const bool tell = ready();
    lock.unlock();
    if (tell) changed_.notify_all();
    return flow;
}

Flow Lines::cut(std::string_view bytes) {
    auto cut = cutter_.feed(bytes);
    for (auto& line : cut.lines) {
        queued_ += line.size();
        lines_.push_back(std::move(line));
    }
    outcome_.too_long = cut.too_long;
    if (cut.too_long) return Flow::kStop;
    held_ = queued_ > limits_.queue;
    return held_ ? Flow::kHold : Flow::kGoOn;
}

Flow Lines::keep_error_body(std::string_view bytes) {
    auto& body = outcome_.end.error_body;
    const std::size_t room = limits_.error_body - body.size();
    body.append(bytes.substr(0, room));
    cut_off_ = bytes.size() > room;
    return cut_off_ ? Flow::kStop : Flow::kGoOn;
}

void Lines::end(std::optional<Failure> failure) {
    {
        const std::lock_guard lock(mutex_);
        if (!cut_off_) outcome_.failure = std::move(failure);
        ended_ = true;
    }
    changed_.notify_all();
}

Lines::Time Lines::due(Time waiting_since) const {
    if (outcome_.end.status == 0) return std::min(limits_.head_until, limits_.until);
    return std::min(std::max(heard_, waiting_since) + limits_.idle, limits_.until);
}

Lines::Why Lines::overdue(Time waiting_since) const {
    if (outcome_.end.status == 0) return Why::kNoHead;
    return due(waiting_since) == limits_.until ? Why::kLifetime : Why::kIdle;
}

Lines::Step Lines::hand_over() {
    if (lines_.empty()) return {.why = Why::kEnded};
    queued_ = 0;
    return {.lines = std::exchange(lines_, {}), .held = std::exchange(held_, false)};
}

Lines::Step Lines::next(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    const Time since = Clock::now();
    while (!ready()) {
        if (stop.stop_requested()) return {.why = Why::kStopped};
        const Time until = due(since);
        if (Clock::now() >= until) return {.why = overdue(since)};
        // A head may bring the deadline nearer, so the wait ends for it as well. Part of a line
        // only puts it off: that is seen when it is over.
        const int status = outcome_.end.status;
        changed_.wait_until(lock, stop, until,
                            [&] { return ready() || outcome_.end.status != status; });
    }
    if (stop.stop_requested()) return {.why = Why::kStopped};
    if (Clock::now() >= limits_.until && !ended_) return {.why = Why::kLifetime};
    return hand_over();
}

Lines::Outcome Lines::take() {
    const std::lock_guard lock(mutex_);
    return std::move(outcome_);
}

}  // namespace stackseal::http
