// SPDX-License-Identifier: Apache-2.0
// The cluster behind the three ports: reflectors fill a store, reads come from it, writes go out.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "controller/kube/client.hpp"
#include "controller/kube/intake.hpp"
#include "controller/kube/kube_writer.hpp"
#include "controller/kube/reflector.hpp"
#include "controller/kube/refresh.hpp"
#include "controller/kube/secret_reader.hpp"
#include "controller/kube/served.hpp"
#include "controller/kube/waiting.hpp"
#include "controller/ports/cluster.hpp"
#include "controller/store/store.hpp"

namespace stackseal::kube {

/// What the cluster stands on; all outlive it. Watches take a connection each, so they have a
/// client of their own, whose transport allows queries().size() requests at once.
struct ClusterParts {
    Client& calls;
    Client& watches;
    ports::Clock& clock;
    ports::Log& log;
    ports::Metrics& metrics;
    pki::Inspector& inspector;
    Pause pause = real_pause();
    Chance chance = real_chance();
};

/// Reader, Writer and Watcher over one API server. Any thread may call; watch() before start().
class KubeCluster : public ports::Reader, public ports::Writer, public ports::Watcher {
  public:
    /// Does nothing yet: start() begins to list.
    KubeCluster(ClusterParts parts, Served served);
    ~KubeCluster() override;  ///< stops the reflectors and waits for them

    core::Result<api::Object> find(const core::Ref& ref) override;
    core::Result<std::vector<api::Object>> select(const ports::Selection& selection) override;
    core::Result<api::Secret> read_secret(const core::Ref& ref) override;
    core::Result<api::Object> write(ports::Write write) override;
    void watch(std::function<void(const ports::Change&)> handler) override;

    /// Begins to list and to watch, once; ends when stop is asked for.
    void start(std::stop_token stop);
    /// Waits until every list is complete. Errors: kUnavailable with what is missing and why;
    /// kCancelled when stop was asked for.
    core::Result<void> wait_synced(std::chrono::milliseconds timeout);
    /// True once every list has been complete; it stays true.
    bool synced() const;
    /// What keeps lists and watches from working now, one line each.
    std::vector<std::string> problems() const;

  private:
    Sink sink_for(const Query& query);
    core::Result<void> absorb(const Query& query, Listing listing);
    core::Result<void> drop(const core::Ref& ref, const std::string& version);
    bool all_synced() const;
    std::string missing() const;
    void report_metrics();

    ClusterParts parts_;
    Served served_;
    std::shared_ptr<store::Store> store_;  ///< shared with the metrics' collector
    Intake intake_;
    std::stop_source stopping_;
    SecretReader secrets_;
    Refresh refresh_;
    KubeWriter writer_;
    std::mutex mutex_;
    std::condition_variable_any changed_;  ///< with mutex_: some reflector's pulse changed
    std::vector<std::unique_ptr<Reflector>> reflectors_;  ///< fixed before the threads start
    std::optional<std::stop_callback<std::function<void()>>> outer_stop_;
    std::vector<std::jthread> threads_;  ///< last: joined first
};

}  // namespace stackseal::kube
