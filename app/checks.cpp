// SPDX-License-Identifier: Apache-2.0
// Each check by its name; the reason of a failure goes to the log.
#include "app/checks.hpp"

#include "controller/http/cpprest_transport.hpp"

namespace stackseal::app {

void add_pool_check(observe::Health& health, std::chrono::milliseconds patience) {
    health.add(observe::Probe::kLive, "http-pool", [patience]() -> core::Result<void> {
        if (http::pool_answers(patience)) return {};
        return core::Error{core::Code::kUnavailable, "the HTTP library's thread is stuck"};
    });
}

void add_cache_check(observe::Health& health, kube::KubeCluster& cluster) {
    health.add(observe::Probe::kReady, "caches",
               [&cluster] { return cluster.wait_synced(std::chrono::milliseconds(0)); });
}

}  // namespace stackseal::app
