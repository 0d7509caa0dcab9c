// SPDX-License-Identifier: Apache-2.0
// Counting within a sliding window, and doubling pauses.
#include "reconcilers/issuance/attempts.hpp"

#include <algorithm>

namespace stackseal::issuance {

std::chrono::seconds backoff_after(int failures) {
    const int doublings = std::clamp(failures - 1, 0, 9);
    return std::min<std::chrono::seconds>(std::chrono::seconds(10) * (1 << doublings),
                                          std::chrono::hours(1));
}

/// What was noted before the clock stepped back lies in the future, and counts as of now: a pause
/// must not last until a time that is not any more.
void Attempts::refresh(Record& record, core::Instant now) {
    for (core::Instant& at : record.issued) at = std::min(at, now);
    std::erase_if(record.issued, [now](core::Instant at) { return at + kBreakerWindow <= now; });
    History& history = record.history;
    if (history.next_attempt)
        history.next_attempt =
            std::min<core::Instant>(*history.next_attempt, now + backoff_after(history.failures));
    history.recent_issuances = static_cast<int>(record.issued.size());
    const bool open = history.recent_issuances >= kBreakerLimit;
    history.breaker_until =
        open ? std::optional(record.issued.front() + kBreakerWindow) : std::nullopt;
}

History Attempts::of(const core::Ref& owner, const std::string& subject, core::Instant now) {
    const std::lock_guard lock(mutex_);
    const auto it = records_.find(owner);
    if (it == records_.end()) return {.subject = subject};
    History& history = it->second.history;
    if (history.subject != subject && !history.subject.empty()) history = {};
    history.subject = subject;
    refresh(it->second, now);
    return history;
}

void Attempts::succeeded(const core::Ref& owner, core::Instant now, core::Time due) {
    const std::lock_guard lock(mutex_);
    Record& record = records_[owner];
    record.history = {};
    // One that is due as soon as it is made would excuse every one after it.
    const bool in_time = record.due && *record.due <= now && now < due;
    if (!in_time) record.issued.push_back(now);
    record.due = due;
}

History Attempts::failed(const core::Ref& owner, const std::string& subject, core::Error error,
                         core::Instant now) {
    const std::lock_guard lock(mutex_);
    Record& record = records_[owner];
    History& history = record.history;
    history.subject = subject;
    history.failures += 1;
    history.last_failure = now;
    history.next_attempt = now + backoff_after(history.failures);
    history.error = std::move(error);
    refresh(record, now);
    return history;
}

void Attempts::forget(const core::Ref& owner) {
    const std::lock_guard lock(mutex_);
    records_.erase(owner);
}

}  // namespace stackseal::issuance
