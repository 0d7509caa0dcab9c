// SPDX-License-Identifier: Apache-2.0
// Workers that take keys from the queue, reconcile them, and let the retry policy judge.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "controller/ports/clock.hpp"
#include "controller/ports/cluster.hpp"
#include "controller/ports/log.hpp"
#include "controller/ports/metrics.hpp"
#include "controller/ports/reconciler.hpp"
#include "controller/runtime/dependencies.hpp"
#include "controller/runtime/retry_policy.hpp"
#include "controller/runtime/work_queue.hpp"

namespace stackseal::runtime {

/// Which reconciler serves which resource. They outlive the controller.
using Reconcilers = std::map<core::Resource, ports::Reconciler*>;

/// The ports of the outside that the workers use. They outlive the controller.
struct Outside {
    ports::Reader& reader;
    ports::Clock& clock;
    ports::Metrics& metrics;
    ports::Log& log;
};

/// Built last and stopped first. The order is: queue, key threads, reconcilers, controller,
/// connect(), then the cluster is started, then, once its first listing is complete, start().
/// The cluster must be stopped before the controller goes.
class Controller {
  public:
    /// pending_orders: how much work of our own will still wake keys (KeyThreads::pending); for
    /// run_until_idle() only.
    Controller(Reconcilers reconcilers, WorkQueue& queue, Outside outside,
               std::function<std::size_t()> pending_orders = {});
    ~Controller();
    Controller(const Controller&) = delete;
    Controller& operator=(const Controller&) = delete;

    /// Registers for changes. Each wakes the object's own key, if it has a reconciler, and who had
    /// read it; a change of status alone wakes only the own key. Call before the cluster starts.
    void connect(ports::Watcher& watcher);

    /// Starts the workers. Only after the first listing is complete, or "absent" would be believed.
    void start(unsigned workers);
    /// Shuts the queue down and joins the workers; passes in progress are finished.
    void stop();

    /// Takes one due key and reconciles it on this thread. False: none is due.
    bool run_one();
    /// Nothing due within that time, nothing running, no key order pending. Later wake-ups may
    /// remain.
    bool idle(std::chrono::milliseconds within = {});
    /// Works until idle, beside the workers if they run. False: patience (real time) ran out.
    bool run_until_idle(std::chrono::milliseconds patience, std::chrono::milliseconds within = {});

    /// What the passes read, for the debug page.
    const Dependencies& dependencies() const { return dependencies_; }

  private:
    void on_change(const ports::Change& change);
    void handle(const Handed& handed);
    core::Result<core::Next> attempt(const core::Ref& key);
    Pass account(const Handed& handed, const core::Result<core::Next>& result);
    void count(const core::Ref& key, const Verdict& verdict, std::chrono::milliseconds took);
    void report(const core::Ref& key, const core::Error& error, int failures);
    void busy(const core::Ref& key, int by);

    const Reconcilers reconcilers_;
    WorkQueue& queue_;
    const Outside outside_;
    const std::function<std::size_t()> pending_orders_;
    Dependencies dependencies_;
    std::mutex mutex_;
    std::map<core::Ref, core::Error> last_errors_;  ///< guarded by mutex_: of keys that fail now
    std::map<core::Resource, int> busy_;            ///< guarded by mutex_
    std::vector<std::jthread> workers_;
};

}  // namespace stackseal::runtime
