// SPDX-License-Identifier: Apache-2.0
// Events to the API server, on a thread of their own: nobody waits for them.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>

#include "controller/kube/client.hpp"
#include "controller/kube/event_book.hpp"
#include "controller/kube/waiting.hpp"
#include "controller/ports/events.hpp"

namespace stackseal::kube {

/// What the events' thread stands on; all outlive it.
struct EventParts {
    Client& client;
    ports::Clock& clock;
    ports::Log& log;
    ports::Metrics& metrics;
    std::string instance;  ///< who reports: host name and more, at most 128 characters are kept
    Pause pause = real_pause();
    Chance chance = real_chance();
};

/// The Events port over events.k8s.io/v1. Series are aggregated (event_book); a full queue drops.
class KubeEvents : public ports::Events {
  public:
    static constexpr std::size_t kQueueLimit = 1000;

    /// Starts the thread.
    explicit KubeEvents(EventParts parts);
    ~KubeEvents() override;  ///< ends the thread; what is not sent by then is dropped

    void emit(ports::Event event) override;
    /// Waits until all that was emitted is sent or given up. For an orderly end, and for tests.
    bool drain(std::chrono::milliseconds timeout);

  private:
    void run(const std::stop_token& stop);
    void dropped(const std::string& reason);
    std::deque<ports::Event> take(const std::stop_token& stop);
    void send(const EventWrite& write, const std::stop_token& stop);
    core::Result<core::Value> post(const EventWrite& write, const std::stop_token& stop);
    core::Result<core::Value> send_once(const EventWrite& write, const std::stop_token& stop);

    EventParts parts_;
    EventBook book_;  ///< of the thread
    std::mutex mutex_;
    std::condition_variable_any wake_;
    std::deque<ports::Event> queue_;  ///< guarded by mutex_
    bool busy_ = false;               ///< guarded by mutex_
    bool dropping_ = false;           ///< guarded by mutex_: the overflow was told
    std::jthread thread_;             ///< last
};

}  // namespace stackseal::kube
