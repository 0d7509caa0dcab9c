// SPDX-License-Identifier: Apache-2.0
// Ordinary load must starve neither the watches nor the lease, so nothing is shared but
// credentials.
#include "app/cluster_link.hpp"

#include "controller/http/cpprest_transport.hpp"

namespace stackseal::app {

namespace {
constexpr std::chrono::milliseconds kCallPatience{30'000};
constexpr std::chrono::milliseconds kLeasePatience{5'000};  // half of the renew deadline
constexpr std::size_t kBeyondWorkers = 4;                   // events, live reads at the start
}  // namespace

core::Result<kube::Config> find_cluster(const std::string& kubeconfig, const std::string& context) {
    kube::ConfigSearch search = kube::search_environment();
    search.kubeconfig_flag = kubeconfig;
    search.context_flag = context;
    return kube::find_config(search);
}

ClusterLink::ClusterLink(kube::Config config, Observing& observing)
    : server_(config.server),
      prefix_(config.prefix),
      credentials_(std::move(config), observing.clock, observing.log) {}

core::Result<Line> ClusterLink::line(std::size_t concurrency, Observing& observing,
                                     std::chrono::milliseconds patience) {
    Line made;
    STACKSEAL_TRY(made.transport, http::connect({.url = server_,
                                                 .tls = credentials_.tls(),
                                                 .concurrency = concurrency,
                                                 .user_agent = "stackseal/" STACKSEAL_VERSION}));
    made.client = std::make_unique<kube::Client>(kube::ClientParts{.transport = *made.transport,
                                                                   .credentials = credentials_,
                                                                   .log = observing.log,
                                                                   .metrics = observing.metrics,
                                                                   .clock = observing.clock,
                                                                   .host = kube::host_of(server_),
                                                                   .prefix = prefix_,
                                                                   .patience = patience});
    return made;
}

core::Result<std::unique_ptr<ClusterLink>> ClusterLink::open(kube::Config config, unsigned workers,
                                                             std::size_t watches,
                                                             Observing& observing) {
    std::unique_ptr<ClusterLink> link(new ClusterLink(std::move(config), observing));
    STACKSEAL_TRY(link->calls_, link->line(workers + kBeyondWorkers, observing, kCallPatience));
    STACKSEAL_TRY(link->watches_, link->line(watches, observing, kCallPatience));
    STACKSEAL_TRY(link->lease_, link->line(1, observing, kLeasePatience));
    return link;
}

}  // namespace stackseal::app
