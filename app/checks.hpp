// SPDX-License-Identifier: Apache-2.0
// What /livez and /readyz ask of the program.
#pragma once

#include <chrono>

#include "controller/kube/kube_cluster.hpp"
#include "controller/observe/health.hpp"

namespace stackseal::app {

/// Live while the HTTP library's one thread answers within that time: a stuck one never recovers.
void add_pool_check(observe::Health& health, std::chrono::milliseconds patience);

/// Ready once every cache is complete; says which is not, and why. cluster outlives the questions.
void add_cache_check(observe::Health& health, kube::KubeCluster& cluster);

}  // namespace stackseal::app
