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

/// Whether a sleeping thread should look: whoever sleeps looks by itself after the heartbeat. Call
/// with mutex_ held.
bool WorkQueue::calls(milliseconds now) {
    const auto next = core_.next(now);
    if (!next || *next >= now + kHeartbeat) return false;
    ++calls_;
    return true;
}

/// Call with mutex_ held; its answer is for tell().
bool WorkQueue::changed(milliseconds now) {
    ++changes_;
    changed_.notify_all();
    return calls(now);
}

/// Call without mutex_, which the thread that is woken wants at once. One is enough: it takes the
/// key and calls the next thread to what is left, or sleeps until the soonest delay is over.
void WorkQueue::tell(bool called) {
    if (called) called_.notify_one();
}

void WorkQueue::tell_all() {
    {
        const std::lock_guard lock(mutex_);
        ++calls_;
        ++changes_;
    }
    called_.notify_all();
    changed_.notify_all();
}

void WorkQueue::count_add() {
    metrics_.count("workqueue_adds_total", {{"name", name_}, {"controller", name_}});
}

void WorkQueue::observe(std::string_view metric, milliseconds duration) {
    metrics_.observe(metric, {{"name", name_}, {"controller", name_}}, seconds(duration));
}

void WorkQueue::add(const core::Ref& key, Priority priority) {
    bool called = false;
    {
        const std::lock_guard lock(mutex_);
        const milliseconds now = clock_.monotonic();
        if (shut_down_ || !core_.add(key, priority, now)) return;
        called = changed(now);
    }
    tell(called);
    count_add();
}

void WorkQueue::add_after(const core::Ref& key, milliseconds delay, Priority priority) {
    bool called = false;
    {
        const std::lock_guard lock(mutex_);
        if (shut_down_) return;
        const milliseconds now = clock_.monotonic();
        core_.add_at(key, priority, now + std::clamp(delay, milliseconds(0), kLongestWait), now);
        called = changed(now);
    }
    tell(called);
    count_add();
    metrics_.count("workqueue_retries_total", {{"name", name_}, {"controller", name_}});
}

void WorkQueue::add_at(const core::Ref& key, core::Instant at, Priority priority) {
    add_after(key, at - clock_.now(), priority);
}

/// Until called, until the soonest delay is over, or for a heartbeat. Call with mutex_ held.
void WorkQueue::sleep(std::unique_lock<std::mutex>& lock, const std::stop_token& stop) {
    const milliseconds now = clock_.monotonic();
    const auto due = core_.next(now);
    const milliseconds nap = due ? *due - now : kHeartbeat;
    const std::uint64_t seen = calls_;
    called_.wait_for(lock, stop, std::clamp(nap, kShortestNap, kHeartbeat),
                     [&] { return calls_ != seen; });
}

/// Call with mutex_ held.
std::optional<Handed> WorkQueue::take() {
    if (shut_down_) return std::nullopt;
    auto handed = core_.take(clock_.monotonic());
    if (handed) ++handed_;
    return handed;
}

std::optional<Handed> WorkQueue::get(std::stop_token stop) {
    std::optional<Handed> handed;
    bool called = false;
    {
        std::unique_lock lock(mutex_);
        while (!stop.stop_requested() && !shut_down_ && !(handed = take())) sleep(lock, stop);
        called = calls(clock_.monotonic());
    }
    tell(called);
    if (handed) observe("workqueue_queue_duration_seconds", handed->waited);
    return handed;
}

std::optional<Handed> WorkQueue::try_get() {
    std::optional<Handed> handed;
    {
        const std::lock_guard lock(mutex_);
        handed = take();
    }
    if (handed) observe("workqueue_queue_duration_seconds", handed->waited);
    return handed;
}

void WorkQueue::done(const core::Ref& key) {
    std::optional<milliseconds> ran;
    bool called = false;
    {
        const std::lock_guard lock(mutex_);
        const milliseconds now = clock_.monotonic();
        ran = core_.done(key, now);
        called = changed(now);
    }
    tell(called);
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
    {
        const std::lock_guard lock(mutex_);
        shut_down_ = true;
    }
    tell_all();
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
    tell_all();
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
