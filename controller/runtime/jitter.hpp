// SPDX-License-Identifier: Apache-2.0
// Scatter without chance: the same key and attempt give the same fraction in every build and test.
#pragma once

#include <cstdint>
#include <string_view>

namespace stackseal::runtime {

/// A fraction in [0, 1), evenly spread over identities and attempts.
/// Source: FNV-1a, with the finaliser of splitmix64 because FNV mixes its last bytes poorly.
double fraction_of(std::string_view identity, std::uint64_t attempt);

}  // namespace stackseal::runtime
