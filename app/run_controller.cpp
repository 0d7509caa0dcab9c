// SPDX-License-Identifier: Apache-2.0
// stackseal controller: the reconcilers over a Kubernetes cluster.
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <thread>

#include "app/checks.hpp"
#include "app/cluster_clock.hpp"
#include "app/cluster_link.hpp"
#include "app/commands.hpp"
#include "app/engine.hpp"
#include "app/fenced_writer.hpp"
#include "app/given_follower.hpp"
#include "app/observing.hpp"
#include "app/signals.hpp"
#include "controller/core/concat.hpp"
#include "controller/kube/events.hpp"
#include "controller/kube/kube_cluster.hpp"
#include "controller/kube/lease.hpp"
#include "controller/kube/served.hpp"
#include "controller/runtime/leader_election.hpp"

namespace stackseal::app {

namespace {

constexpr const char* kUsualNamespace = "stackseal-system";
constexpr std::chrono::seconds kSyncReport{15};
constexpr std::chrono::seconds kEventDrain{2};
constexpr std::chrono::seconds kPoolPatience{1};

int fail(const core::Error& error) {
    std::fprintf(stderr, "stackseal: %s\n", error.message.c_str());
    return 1;
}

/// Unique per process: host name and a random number.
std::string make_identity() {
    char host[256] = "unknown";
    gethostname(host, sizeof host - 1);
    std::random_device random;
    return core::concat(host, "_", random(), random());
}

std::string own_namespace(const ControllerSettings& settings, const kube::Config& config) {
    if (!settings.authority_namespace.empty()) return settings.authority_namespace;
    return config.space.empty() ? kUsualNamespace : config.space;
}

/// Everything between the settings and a running controller, in the order of its life.
class Run {
  public:
    Run(const ControllerSettings& settings, Observing& observing)
        : settings_(settings), observing_(observing), identity_(make_identity()) {}

    core::Result<void> prepare();
    /// Waits for the caches and, where asked for, for the lease. False: stopped meanwhile.
    bool await_turn(const std::stop_token& stop);
    void lead();
    void shut_down();

  private:
    core::Result<void> connect();
    std::optional<core::ClockSkew> known_skew() const;
    void wire();
    bool leads() const { return !election_ || election_->leading(); }
    bool await_caches(const std::stop_token& stop);
    void on_lease_lost(const std::string& reason);

    const ControllerSettings& settings_;
    Observing& observing_;
    const std::string identity_;
    std::string space_;
    kube::Served served_;
    pki::Inspector inspector_;
    std::unique_ptr<ClusterLink> link_;
    std::unique_ptr<ClusterClock> clock_;
    std::unique_ptr<kube::KubeCluster> cluster_;
    std::unique_ptr<FencedWriter> fence_;
    std::unique_ptr<kube::KubeEvents> events_;
    std::unique_ptr<kube::KubeLease> lease_;
    std::unique_ptr<runtime::LeaderElection> election_;
    std::unique_ptr<Engine> engine_;
    std::atomic<bool> led_ = false;
    std::jthread giving_;  ///< last: it stands on the others
};

core::Result<void> Run::connect() {
    STACKSEAL_TRY(kube::Config config, find_cluster(settings_.kubeconfig, settings_.context));
    space_ = own_namespace(settings_, config);
    served_.namespaces = settings_.namespaces;
    if (!served_.everywhere()) served_.secret_namespaces = {space_};
    STACKSEAL_TRY(link_, ClusterLink::open(std::move(config), settings_.run.workers,
                                           kube::queries(served_).size(), observing_));
    return {};
}

/// The lease is renewed every two seconds, so its answers are fresher than those of other calls.
std::optional<core::ClockSkew> Run::known_skew() const {
    auto ahead = link_->lease().skew();
    if (!ahead) ahead = link_->calls().skew();
    if (!ahead) return std::nullopt;
    return core::ClockSkew{*ahead, "the API server's", ""};
}

void Run::wire() {
    Observing& o = observing_;
    clock_ = std::make_unique<ClusterClock>(o.clock, [this] { return known_skew(); });
    cluster_ = std::make_unique<kube::KubeCluster>(
        kube::ClusterParts{link_->calls(), link_->watches(), o.clock, o.log, o.metrics, inspector_},
        served_);
    fence_ = std::make_unique<FencedWriter>(*cluster_, [this] { return leads(); });
    events_ = std::make_unique<kube::KubeEvents>(
        kube::EventParts{link_->calls(), o.clock, o.log, o.metrics, identity_});
    engine_ = std::make_unique<Engine>(
        World{*cluster_, *fence_, *cluster_, *events_, *clock_, o.metrics, o.log, inspector_},
        EngineSettings{.workers = settings_.run.workers,
                       .key_threads = settings_.run.key_threads,
                       .authority_space = space_,
                       .certificate_metrics = settings_.run.certificate_metrics});
    if (!settings_.leader_elect) return;
    lease_ = std::make_unique<kube::KubeLease>(link_->lease(), space_, settings_.lease_name);
    election_ = std::make_unique<runtime::LeaderElection>(
        runtime::Candidate{.identity = identity_, .lease = settings_.lease_name},
        runtime::ElectionPorts{*lease_, o.clock, o.metrics, o.log});
}

core::Result<void> Run::prepare() {
    STACKSEAL_CHECK(connect());
    wire();
    add_pool_check(observing_.health, kPoolPatience);
    add_cache_check(observing_.health, *cluster_);
    return observing_.serve();
}

bool Run::await_caches(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        const auto synced = cluster_->wait_synced(kSyncReport);
        if (synced) return true;
        if (!stop.stop_requested())
            observing_.log.warn("waiting for the cluster", {{"because", synced.error().message}});
    }
    return false;
}

void Run::on_lease_lost(const std::string& reason) {
    // Another may lead by now: nothing may be finished, so the process ends here and starts anew.
    observing_.log.error("lost the lease, ending", {{"because", reason}});
    std::_Exit(1);
}

bool Run::await_turn(const std::stop_token& stop) {
    cluster_->start(stop);
    if (!await_caches(stop)) return false;
    observing_.log.info("caches are complete");
    if (!election_) return true;
    observing_.log.info("waiting for the lease", {{"identity", identity_}});
    if (!election_->acquire(stop)) return false;
    led_ = true;
    election_->hold([this](const std::string& reason) { on_lease_lost(reason); });
    observing_.log.info("leading", {{"identity", identity_}});
    return true;
}

void Run::lead() {
    engine_->start();
    if (settings_.objects.empty()) return;
    giving_ = std::jthread([this](const std::stop_token& stop) {
        follow_given(
            settings_.objects,
            {link_->calls(), observing_.clock, observing_.log, served_, [this] { return leads(); }},
            stop);
    });
}

void Run::shut_down() {
    giving_ = {};
    engine_->stop();
    if (led_)
        if (const auto released = election_->release(); !released)
            observing_.log.warn("the lease was not released",
                                {{"because", released.error().message}});
    events_->drain(kEventDrain);
    observing_.stop_serving();
}

}  // namespace

int run_controller(const ControllerSettings& settings) {
    Observing observing(settings.run);
    Run run(settings, observing);
    if (const auto prepared = run.prepare(); !prepared) return fail(prepared.error());
    std::stop_source stopping;
    std::jthread worker([&] {
        if (run.await_turn(stopping.get_token())) run.lead();
    });
    observing.log.info("stopping", {{"because", wait_for_stop()}});
    stopping.request_stop();
    worker.join();
    run.shut_down();
    return 0;
}

}  // namespace stackseal::app
