// SPDX-License-Identifier: Apache-2.0
// The work queue that reconcile workers share: QueueCore under one lock. Any thread may call.
#pragma once

#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <string>
#include <vector>

#include "controller/core/time.hpp"
#include "controller/ports/clock.hpp"
#include "controller/ports/metrics.hpp"
#include "controller/runtime/queue_core.hpp"

namespace stackseal::runtime {

/// No wait is longer, so that a step of the wall clock is noticed: the key comes, its plan looks
/// at the time and waits again.
inline constexpr std::chrono::milliseconds kLongestWait = std::chrono::hours(1);

/// Delays run on Clock::monotonic. Time is looked at when something happens, when the next delay
/// should be over and every ten seconds (a suspended machine's timers do not count).
class WorkQueue {
  public:
    /// clock and metrics outlive the queue. name: the metrics' label.
    WorkQueue(ports::Clock& clock, ports::Metrics& metrics, std::string name = "stackseal");

    /// Due at once, whatever delay there was. One that is running comes again after done().
    void add(const core::Ref& key, Priority priority = Priority::kNormal);
    /// Capped at kLongestWait; at once for a delay of nothing or less.
    void add_after(const core::Ref& key, std::chrono::milliseconds delay,
                   Priority priority = Priority::kNormal);
    /// The same by the wall clock as it stands now.
    void add_at(const core::Ref& key, core::Instant at, Priority priority = Priority::kNormal);

    /// Blocks until a key is due. Nothing: stopped, or shut down. Each key must be given to done().
    std::optional<Handed> get(std::stop_token stop);
    /// The same without blocking. Nothing: none is due, or shut down.
    std::optional<Handed> try_get();
    /// Gives a key back; it waits again if it was added meanwhile. Fine if it is not running.
    void done(const core::Ref& key);

    /// Counts a failed pass, and says how many there are in a row.
    int failed(const core::Ref& key);
    /// Its failures in a row are over. Delays and wake-ups stay.
    void forget(const core::Ref& key);

    /// From now on adds are ignored and get() answers nothing, though keys may wait: they are found
    /// again at the next start.
    void shut_down();

    /// Nothing due within that time, nothing running. Keys with a longer delay may remain.
    bool idle(std::chrono::milliseconds within = {});
    /// Waits until something was added or done, at most so long in real time.
    void await_change(std::chrono::milliseconds at_most);
    /// Makes waiting threads look at the clock again (it was moved).
    void clock_moved();

    /// As of now, by the monotonic clock.
    QueueStats stats();
    /// Counts hand-outs. Two idle() with the same count between them: nothing ran in between.
    std::uint64_t handed_out();
    /// The gauges, for Metrics::collect(); registered by whoever ends scraping before the queue.
    std::vector<ports::Sample> samples();

  private:
    void sleep(std::unique_lock<std::mutex>& lock, const std::stop_token& stop);
    std::optional<Handed> take();
    bool changed(std::chrono::milliseconds now);
    bool calls(std::chrono::milliseconds now);
    void tell(bool called);
    void tell_all();
    void count_add();
    void observe(std::string_view metric, std::chrono::milliseconds duration);

    ports::Clock& clock_;
    ports::Metrics& metrics_;
    const std::string name_;
    std::mutex mutex_;
    std::condition_variable_any called_;  ///< waited for by get(): one key calls one thread
    std::condition_variable changed_;     ///< waited for by await_change()
    QueueCore core_;                      ///< guarded by mutex_, as all that follows
    std::uint64_t calls_ = 0;
    std::uint64_t changes_ = 0;
    std::uint64_t handed_ = 0;
    bool shut_down_ = false;
};

/// Gives a key back on every path.
class DoneGuard {
  public:
    DoneGuard(WorkQueue& queue, const core::Ref& key) : queue_(queue), key_(key) {}
    ~DoneGuard() { queue_.done(key_); }
    DoneGuard(const DoneGuard&) = delete;
    DoneGuard& operator=(const DoneGuard&) = delete;

  private:
    WorkQueue& queue_;
    const core::Ref key_;
};

}  // namespace stackseal::runtime
