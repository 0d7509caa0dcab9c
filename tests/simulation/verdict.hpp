// SPDX-License-Identifier: Apache-2.0
// How everything should stand once nothing is left to do.
#pragma once

#include <string>
#include <vector>

#include "tests/simulation/audit.hpp"

namespace stackseal::simulation {

/// What is wrong with a cluster at rest, one line each; empty: it has converged.
std::vector<std::string> complaints(World& world, Audit& audit);

}  // namespace stackseal::simulation
