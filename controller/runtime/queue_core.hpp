// SPDX-License-Identifier: Apache-2.0
// The work queue's brain: which key is due, which is held back. No clock, no thread: now is given.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "controller/core/ref.hpp"

namespace stackseal::runtime {

/// How urgent a key is. What the first listing adds waits behind what changes meanwhile.
enum class Priority : std::uint8_t { kNormal, kInitial };

/// Ageing: a key of the first listing counts as come this much later than it did. So urgent keys
/// overtake it, but never those that come a minute after it.
inline constexpr std::chrono::milliseconds kInitialHandicap{60'000};

/// A key on its way to a worker.
struct Handed {
    core::Ref key;
    Priority priority = Priority::kNormal;
    std::chrono::milliseconds waited{};  ///< since it came due
    int failures = 0;                    ///< passes that failed in a row

    bool operator==(const Handed&) const = default;
};

/// What the queue holds at one moment.
struct QueueStats {
    std::size_t ready = 0;
    std::size_t delayed = 0;
    std::size_t running = 0;
    std::chrono::milliseconds unfinished{};               ///< sum of the ages of running keys
    std::chrono::milliseconds longest{};                  ///< age of the oldest running key
    std::optional<std::chrono::milliseconds> next_due{};  ///< of delayed keys, on now's scale
};

/// Rules: a key waits once, however often it is added; a key that is handed out is held back until
/// done() and then comes again if it was added meanwhile; of several delays the soonest counts; an
/// immediate add takes the place of a delay, and a delay is nothing to a key that waits already
/// (every pass says anew when to come again). now never goes back.
/// Source: client-go's workqueue and controller-runtime's priorityqueue, without their heaps.
class QueueCore {
  public:
    using Millis = std::chrono::milliseconds;

    /// True if the key did not wait before (it may have been delayed or running).
    bool add(const core::Ref& key, Priority priority, Millis now);
    /// The key comes due at a time; at once if that is over.
    void add_at(const core::Ref& key, Priority priority, Millis due, Millis now);
    /// The next key, or nothing if none is due. It is running until done().
    std::optional<Handed> take(Millis now);
    /// When take() has a key: now if one waits, else when the soonest delay is over.
    std::optional<Millis> next(Millis now);
    /// How long the key ran; nothing if it was not running.
    std::optional<Millis> done(const core::Ref& key, Millis now);

    /// Counts a failed pass: how many there are in a row, with this one.
    int failed(const core::Ref& key);
    /// Forgets the failed passes of a key.
    void forget(const core::Ref& key);

    /// Delays that are over by now count as ready.
    QueueStats stats(Millis now);
    /// Nothing due by then, nothing running. Keys that are due later may remain.
    bool idle(Millis by) const;

  private:
    /// Where a key stands: a time, then the order of arrival.
    using Slot = std::pair<Millis, std::uint64_t>;
    struct Entry {
        core::Ref key;
        Priority priority = Priority::kNormal;  ///< of the waiting or delayed wake-up
        std::optional<Millis> since;            ///< waits for a worker since; absent: does not
        std::optional<Slot> ready;              ///< its place in ready_: waits and is not running
        std::optional<Slot> delayed;            ///< its place in delayed_
        std::optional<Millis> started;          ///< running since
        int failures = 0;
    };

    Entry& entry(const core::Ref& key);
    void drop_if_unused(const Entry& entry);
    void line_up(Entry& entry);
    void want(Entry& entry, Priority priority, Millis since);
    void undelay(Entry& entry);
    void release_due(Millis now);

    std::unordered_map<core::Ref, Entry> entries_;  ///< its nodes do not move
    std::map<Slot, Entry*> ready_;
    std::map<Slot, Entry*> delayed_;
    std::vector<Entry*> running_;
    std::uint64_t arrivals_ = 0;
};

}  // namespace stackseal::runtime
