// SPDX-License-Identifier: Apache-2.0
// The connections to one API server: ordinary calls, watches, and the lease, each its own.
#pragma once

#include <memory>
#include <string>

#include "app/observing.hpp"
#include "app/settings.hpp"
#include "controller/kube/client.hpp"
#include "controller/kube/config.hpp"
#include "controller/kube/credentials.hpp"
#include "controller/ports/transport.hpp"

namespace stackseal::app {

/// One transport and the client over it.
struct Line {
    std::unique_ptr<ports::Transport> transport;
    std::unique_ptr<kube::Client> client;
};

/// The API server that flags, environment and the usual files name, in kubectl's order; "" where no
/// flag was given. Errors: those of kube::find_config.
core::Result<kube::Config> find_cluster(const std::string& kubeconfig, const std::string& context);

class ClusterLink {
  public:
    /// watches: how many run at once. Errors: those of the kubeconfig and of http::connect.
    static core::Result<std::unique_ptr<ClusterLink>> open(kube::Config config, unsigned workers,
                                                           std::size_t watches,
                                                           Observing& observing);

    kube::Client& calls() { return *calls_.client; }
    kube::Client& watches() { return *watches_.client; }
    kube::Client& lease() { return *lease_.client; }

  private:
    explicit ClusterLink(kube::Config config, Observing& observing);
    core::Result<Line> line(std::size_t concurrency, Observing& observing,
                            std::chrono::milliseconds patience);

    std::string server_;
    std::string prefix_;
    kube::Credentials credentials_;
    Line calls_;
    Line watches_;
    Line lease_;
};

}  // namespace stackseal::app
