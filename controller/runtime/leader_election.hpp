// SPDX-License-Identifier: Apache-2.0
// Holds the lease: acquires it, renews it, and says so the moment it can no longer be relied on.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>

#include "controller/ports/clock.hpp"
#include "controller/ports/log.hpp"
#include "controller/ports/metrics.hpp"
#include "controller/runtime/election.hpp"

namespace stackseal::runtime {

/// Who wants to lead what.
struct Candidate {
    std::string identity;  ///< unique per process: host name and a UUID
    std::string lease;     ///< the lease's name: the metric's label
    ElectionTimes times;   ///< must pass check()
};

/// What leader election needs of the outside. All outlive it.
struct ElectionPorts {
    ports::Lease& lease;
    ports::Clock& clock;
    ports::Metrics& metrics;
    ports::Log& log;
};

/// Order of use, on one thread: acquire(), hold(), work, stop the workers, release().
/// leading() and clock_moved() may be called by any thread.
class LeaderElection {
  public:
    /// Asks nothing of the server and starts no thread yet; sets the metric to 0.
    LeaderElection(Candidate candidate, ElectionPorts ports);
    /// Ends the threads without releasing: others take the lease when it runs out.
    ~LeaderElection();
    LeaderElection(const LeaderElection&) = delete;
    LeaderElection& operator=(const LeaderElection&) = delete;

    /// Blocks until this process leads (true) or stop is requested (false).
    bool acquire(std::stop_token stop);
    /// Renews on a thread of its own from now on. on_lost is called once, on a thread of this
    /// object, when the lease is taken or was not renewed in time, even while a renewal hangs.
    /// It must end the process (or tell main to) and not call back.
    void hold(std::function<void(const std::string& reason)> on_lost);
    /// Stops renewing and frees the lease, so that a successor need not wait. Only after the
    /// workers have stopped. Errors: those of the lease; then it runs out by itself.
    core::Result<void> release();

    /// True while acting as the leader is safe.
    bool leading() const;
    /// One attempt: reads and writes as needed, without waiting. Returns the pause before the next
    /// one. For the loops, and for tests; not while hold() runs.
    std::chrono::milliseconds round();
    /// Makes waiting threads look at the clock again (it was moved).
    void clock_moved();

  private:
    bool take_step();
    bool read();
    bool write(const ports::LeaseRecord& record);
    void complain(const core::Error& error);
    core::Result<void> free_lease();
    void lose(const std::string& reason);
    void adopt(Election election);
    void show(bool leads);
    std::chrono::milliseconds pause();
    bool wait_until(std::chrono::milliseconds due, const std::stop_token& stop);
    void renew(std::chrono::milliseconds due, const std::stop_token& stop);
    void watch(const std::stop_token& stop);
    void end_threads();

    const std::string name_;
    const ElectionPorts ports_;
    Election election_;                      ///< of the thread that calls round()
    std::uint64_t rounds_ = 0;               ///< likewise
    std::string complaint_;                  ///< likewise
    std::atomic<std::int64_t> valid_until_;  ///< monotonic milliseconds; kNever: does not lead
    std::atomic<bool> lost_ = false;
    std::function<void(const std::string&)> on_lost_;
    std::mutex mutex_;
    std::condition_variable_any moved_;
    std::uint64_t moves_ = 0;  ///< guarded by mutex_
    std::jthread renewer_;
    std::jthread watchdog_;
};

}  // namespace stackseal::runtime
