// SPDX-License-Identifier: Apache-2.0
// The lock, the wait and the metrics around QueueCore.
#include "controller/runtime/work_queue.hpp"

#include <algorithm>

namespace stackseal::runtime {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds kHeartbeat{10'000};
constexpr milliseconds kShortestNap{1};

double seconds(milliseconds duration) {
    return std::chrono::duration<double>(duration).count();
}

}  // namespace

WorkQueue::WorkQueue(ports::Clock& clock, ports::Metrics& metrics, std::string name)
    : clock_(clock), metrics_(metrics), name_(std::move(name)) {}

/// Call with mutex_ held.
void WorkQueue::changed() {
    ++changes_;
    changed_.notify_all();
}

void WorkQueue::count_add() {
    metrics_.count("workqueue_adds_total", {{"name", name_}, {"controller", name_}});
}

void WorkQueue::observe(std::string_view metric, milliseconds duration) {
    metrics_.observe(metric, {{"name", name_}, {"controller", name_}}, seconds(duration));
}

void WorkQueue::add(const core::Ref& key, Priority priority) {
    {
        const std::lock_guard lock(mutex_);
        if (shut_down_ || !core_.add(key, priority, clock_.monotonic())) return;
        changed();
    }
    count_add();
}

void WorkQueue::add_after(const core::Ref& key, milliseconds delay, Priority priority) {
    {
        const std::lock_guard lock(mutex_);
        if (shut_down_) return;
        const milliseconds now = clock_.monotonic();
        core_.add_at(key, priority, now + std::clamp(delay, milliseconds(0), kLongestWait), now);
        changed();
    }
    count_add();
    metrics_.count("workqueue_retries_total", {{"name", name_}, {"controller", name_}});
}

void WorkQueue::add_at(const core::Ref& key, core::Instant at, Priority priority) {
    add_after(key, at - clock_.now(), priority);
}

/// How long to sleep at most. Call with mutex_ held.
milliseconds WorkQueue::nap() {
    const milliseconds now = clock_.monotonic();
    const auto due = core_.stats(now).next_due;
    return std::clamp(due ? *due - now : kHeartbeat, kShortestNap, kHeartbeat);
}

/// Call with mutex_ held.
std::optional<Handed> WorkQueue::take(milliseconds now) {
    if (shut_down_) return std::nullopt;
    auto handed = core_.take(now);
    if (handed) ++handed_;
    return handed;
}

std::optional<Handed> WorkQueue::get(std::stop_token stop) {
    std::optional<Handed> handed;
    {
        std::unique_lock lock(mutex_);
        while (!stop.stop_requested() && !shut_down_) {
            if ((handed = take(clock_.monotonic()))) break;
            const std::uint64_t seen = changes_;
            changed_.wait_for(lock, stop, nap(), [&] { return changes_ != seen; });
        }
    }
    if (handed) observe("workqueue_queue_duration_seconds", handed->waited);
    return handed;
}

std::optional<Handed> WorkQueue::try_get() {
    std::optional<Handed> handed;
    {
        const std::lock_guard lock(mutex_);
        handed = take(clock_.monotonic());
    }
    if (handed) observe("workqueue_queue_duration_seconds", handed->waited);
    return handed;
}

void WorkQueue::done(const core::Ref& key) {
    std::optional<milliseconds> ran;
    {
        const std::lock_guard lock(mutex_);
        ran = core_.done(key, clock_.monotonic());
        changed();
    }
    if (ran) observe("workqueue_work_duration_seconds", *ran);
}

int WorkQueue::failed(const core::Ref& key) {
    const std::lock_guard lock(mutex_);
    return core_.failed(key);
}

void WorkQueue::forget(const core::Ref& key) {
    const std::lock_guard lock(mutex_);
    core_.forget(key);
}

void WorkQueue::shut_down() {
    const std::lock_guard lock(mutex_);
    shut_down_ = true;
    changed();
}

bool WorkQueue::idle(std::chrono::milliseconds within) {
    const std::lock_guard lock(mutex_);
    return core_.idle(clock_.monotonic() + within);
}

void WorkQueue::await_change(milliseconds at_most) {
    std::unique_lock lock(mutex_);
    const std::uint64_t seen = changes_;
    changed_.wait_for(lock, at_most, [&] { return changes_ != seen; });
}

void WorkQueue::clock_moved() {
    const std::lock_guard lock(mutex_);
    changed();
}

QueueStats WorkQueue::stats() {
    const std::lock_guard lock(mutex_);
    return core_.stats(clock_.monotonic());
}

std::uint64_t WorkQueue::handed_out() {
    const std::lock_guard lock(mutex_);
    return handed_;
}

std::vector<ports::Sample> WorkQueue::samples() {
    const QueueStats now = stats();
    const std::vector<std::pair<std::string, std::string>> labels = {{"name", name_},
                                                                     {"controller", name_}};
    return {{"workqueue_depth", labels, static_cast<double>(now.ready)},
            {"workqueue_unfinished_work_seconds", labels, seconds(now.unfinished)},
            {"workqueue_longest_running_processor_seconds", labels, seconds(now.longest)}};
}

}  // namespace stackseal::runtime
