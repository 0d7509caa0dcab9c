// SPDX-License-Identifier: Apache-2.0
// What is written into a Secret: certificate, key, anchors, and the intent that goes with them.
#pragma once

#include <string>

#include "controller/ports/cluster.hpp"
#include "reconcilers/issuance/observed.hpp"

namespace stackseal::issuance {

/// The pieces of an issued pair, all PEM.
struct IssuedPair {
    std::string chain;  ///< leaf and intermediates
    core::SecretBytes key;
    std::string anchors;
};

/// The write that stores an issued pair, with the version that was decided on as precondition.
ports::ApplySecret store_pair(const Observed& observed, const Issue& issue, IssuedPair pair);

/// The write that restores metadata, and ca.crt where anchors are given.
ports::ApplySecret restore(const Observed& observed, const std::string& anchors);

}  // namespace stackseal::issuance
