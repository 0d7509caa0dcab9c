// SPDX-License-Identifier: Apache-2.0
// What performing an action needs of the world.
#pragma once

#include "controller/pki/inspect.hpp"
#include "controller/ports/clock.hpp"
#include "controller/ports/cluster.hpp"
#include "controller/ports/events.hpp"
#include "controller/ports/key_factory.hpp"
#include "controller/ports/log.hpp"
#include "controller/ports/metrics.hpp"
#include "reconcilers/issuance/attempts.hpp"
#include "reconcilers/issuance/signer_cache.hpp"

namespace stackseal::issuance {

/// Held by the program's wiring; outlives every reconciler. The reader of a pass comes apart.
struct Environment {
    ports::Writer& writer;
    ports::KeyFactory& keys;
    ports::Clock& clock;
    ports::Events& events;
    ports::Metrics& metrics;
    ports::Log& log;
    pki::Inspector& inspector;
    SignerCache& signers;
    Attempts& attempts;
    std::string authority_space;  ///< where authorities' keys lie
    /// How long after an object's creation more objects of the same apply may still arrive.
    std::chrono::seconds apply_window{1};
};

}  // namespace stackseal::issuance
