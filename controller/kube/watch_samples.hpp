// SPDX-License-Identifier: Apache-2.0
// What a scrape shows of the watches and of what they filled.
#pragma once

#include <memory>
#include <vector>

#include "controller/core/ref.hpp"
#include "controller/kube/reflector.hpp"
#include "controller/ports/clock.hpp"
#include "controller/ports/metrics.hpp"
#include "controller/store/store.hpp"

namespace stackseal::kube {

/// One of the watches of a resource.
struct WatchedPulse {
    core::Resource resource = core::Resource::kCertificate;
    std::shared_ptr<const Pulse> pulse;
};

/// For each watched resource: synced (1 when all its watches are), the time of the last sign of
/// life of its quietest watch, and the number of objects held.
std::vector<ports::Sample> watch_samples(const std::vector<WatchedPulse>& pulses,
                                         const store::Store& store, ports::Clock& clock);

}  // namespace stackseal::kube
