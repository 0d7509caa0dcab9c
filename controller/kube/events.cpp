// SPDX-License-Identifier: Apache-2.0
// The events' thread: aggregates, sends, tries again what did not arrive, and never complains
// twice.
#include "controller/kube/events.hpp"

#include <utility>

#include "controller/core/concat.hpp"

namespace stackseal::kube {

namespace {

constexpr std::chrono::seconds kLookAgain{30};  ///< for series that are due
constexpr int kMostTries = 12;
constexpr std::chrono::milliseconds kDeadline{5'000};
constexpr std::chrono::milliseconds kTryWait{10'000};

std::string events_path(const EventWrite& write) {
    return core::concat("/apis/events.k8s.io/v1/namespaces/", percent_encode(write.space),
                        "/events");
}

/// The end of the program waits for a write under way, but not long for an event.
Call brief(Call call) {
    call.http.deadline = kDeadline;
    return call;
}

}  // namespace

KubeEvents::KubeEvents(EventParts parts) : parts_(std::move(parts)) {
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

KubeEvents::~KubeEvents() = default;

void KubeEvents::emit(ports::Event event) {
    bool full = false;
    bool first = false;
    {
        const std::lock_guard lock(mutex_);
        full = queue_.size() >= kQueueLimit;
        if (!full) queue_.push_back(std::move(event));
        first = full && !std::exchange(dropping_, full);
    }
    wake_.notify_all();
    if (full) dropped("queue_full");
    if (first) parts_.log.warn("events are dropped: the API server takes them too slowly");
}

void KubeEvents::dropped(const std::string& reason) {
    parts_.metrics.count("stackseal_events_dropped_total", {{"reason", reason}});
}

bool KubeEvents::drain(std::chrono::milliseconds timeout) {
    std::unique_lock lock(mutex_);
    return wake_.wait_for(lock, timeout, [this] { return queue_.empty() && !busy_; });
}

std::deque<ports::Event> KubeEvents::take(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    busy_ = false;
    wake_.notify_all();
    wake_.wait_for(lock, stop, kLookAgain, [this] { return !queue_.empty(); });
    busy_ = true;
    dropping_ = false;
    return std::exchange(queue_, {});
}

void KubeEvents::run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        for (const ports::Event& event : take(stop))
            for (const EventWrite& write : book_.note(event, parts_.clock.now())) send(write, stop);
        for (const EventWrite& write : book_.due(parts_.clock.now())) send(write, stop);
    }
}

core::Result<core::Value> KubeEvents::post(const EventWrite& write, const std::stop_token& stop) {
    const core::Value document = event_document(write, parts_.instance);
    return parts_.client.call(brief(create_at(events_path(write), "create an event", document)),
                              stop);
}

core::Result<core::Value> KubeEvents::send_once(const EventWrite& write,
                                                const std::stop_token& stop) {
    if (write.count == 1) return post(write, stop);
    auto patched = parts_.client.call(
        brief(merge_patch_at(core::concat(events_path(write), "/", percent_encode(write.name)),
                             "patch an event", series_patch(write))),
        stop);
    // The server forgets events after an hour.
    const bool forgotten = !patched && patched.error().code == core::Code::kNotFound;
    return forgotten ? post(write, stop) : std::move(patched);
}

void KubeEvents::send(const EventWrite& write, const std::stop_token& stop) {
    for (int tries = 1; !stop.stop_requested(); ++tries) {
        const auto answer = send_once(write, stop);
        // A conflict is the name, taken by an earlier try whose answer was lost.
        if (answer || answer.error().code == core::Code::kConflict) return;
        const bool transient = answer.error().code == core::Code::kUnavailable ||
                               answer.error().code == core::Code::kThrottled;
        if (!transient || tries == kMostTries) {
            parts_.log.warn("an event could not be recorded", {{"error", answer.error().message}});
            dropped(transient ? "unavailable" : "refused");
            return;
        }
        const double more = 0.25 * static_cast<double>(kTryWait.count()) * parts_.chance();
        parts_.pause(kTryWait + std::chrono::milliseconds(static_cast<std::int64_t>(more)), stop);
    }
}

}  // namespace stackseal::kube
