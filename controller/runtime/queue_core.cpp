// SPDX-License-Identifier: Apache-2.0
// Two ordered lines, ready and delayed, over one entry a key.
#include "controller/runtime/queue_core.hpp"

#include <algorithm>

namespace stackseal::runtime {

namespace {

std::chrono::milliseconds handicap(Priority priority) {
    return priority == Priority::kInitial ? kInitialHandicap : std::chrono::milliseconds(0);
}

}  // namespace

QueueCore::Entry& QueueCore::entry(const core::Ref& key) {
    const auto [it, fresh] = entries_.try_emplace(key);
    if (fresh) it->second.key = key;
    return it->second;
}

void QueueCore::drop_if_unused(const Entry& entry) {
    if (entry.since || entry.delayed || entry.started || entry.failures > 0) return;
    entries_.erase(core::Ref(entry.key));
}

void QueueCore::line_up(Entry& entry) {
    if (entry.ready) ready_.erase(*entry.ready);
    entry.ready = Slot(*entry.since + handicap(entry.priority), ++arrivals_);
    ready_[*entry.ready] = &entry;
}

void QueueCore::undelay(Entry& entry) {
    if (entry.delayed) delayed_.erase(*entry.delayed);
    entry.delayed.reset();
}

/// The key shall run. Of two wishes the more urgent priority and the earlier time count.
void QueueCore::want(Entry& entry, Priority priority, Millis since) {
    const bool raised = !entry.since || priority < entry.priority;
    if (!entry.since) entry.since = since;
    if (!raised) return;
    entry.priority = priority;
    if (!entry.started) line_up(entry);
}

void QueueCore::release_due(Millis now) {
    while (!delayed_.empty() && delayed_.begin()->first.first <= now) {
        Entry& due = *delayed_.begin()->second;
        const Millis since = due.delayed->first;
        undelay(due);
        want(due, due.priority, since);
    }
}

bool QueueCore::add(const core::Ref& key, Priority priority, Millis now) {
    release_due(now);
    Entry& held = entry(key);
    const bool fresh = !held.since;
    if (held.delayed) priority = std::min(priority, held.priority);
    undelay(held);
    want(held, priority, now);
    return fresh;
}

void QueueCore::add_at(const core::Ref& key, Priority priority, Millis due, Millis now) {
    if (due <= now) {
        add(key, priority, now);
        return;
    }
    release_due(now);
    Entry& held = entry(key);
    if (held.since) return;
    held.priority = held.delayed ? std::min(priority, held.priority) : priority;
    if (held.delayed && held.delayed->first <= due) return;
    undelay(held);
    held.delayed = Slot(due, ++arrivals_);
    delayed_[*held.delayed] = &held;
}

std::optional<Handed> QueueCore::take(Millis now) {
    release_due(now);
    if (ready_.empty()) return std::nullopt;
    Entry& next = *ready_.begin()->second;
    ready_.erase(ready_.begin());
    Handed handed{next.key, next.priority, now - *next.since, next.failures};
    next.ready.reset();
    next.since.reset();
    next.started = now;
    running_.push_back(&next);
    return handed;
}

std::optional<QueueCore::Millis> QueueCore::next(Millis now) {
    release_due(now);
    if (!ready_.empty()) return now;
    if (delayed_.empty()) return std::nullopt;
    return delayed_.begin()->first.first;
}

std::optional<QueueCore::Millis> QueueCore::done(const core::Ref& key, Millis now) {
    const auto it = entries_.find(key);
    if (it == entries_.end() || !it->second.started) return std::nullopt;
    Entry& held = it->second;
    const Millis ran = now - *held.started;
    held.started.reset();
    std::erase(running_, &held);
    if (held.since) line_up(held);
    drop_if_unused(held);
    return ran;
}

int QueueCore::failed(const core::Ref& key) {
    return ++entry(key).failures;
}

void QueueCore::forget(const core::Ref& key) {
    const auto it = entries_.find(key);
    if (it == entries_.end()) return;
    it->second.failures = 0;
    drop_if_unused(it->second);
}

QueueStats QueueCore::stats(Millis now) {
    release_due(now);
    QueueStats stats{ready_.size(), delayed_.size(), running_.size()};
    for (const Entry* held : running_) {
        const Millis age = now - *held->started;
        stats.unfinished += age;
        stats.longest = std::max(stats.longest, age);
    }
    if (!delayed_.empty()) stats.next_due = delayed_.begin()->first.first;
    return stats;
}

bool QueueCore::idle(Millis by) const {
    const bool due = !delayed_.empty() && delayed_.begin()->first.first <= by;
    return !due && ready_.empty() && running_.empty();
}

}  // namespace stackseal::runtime
