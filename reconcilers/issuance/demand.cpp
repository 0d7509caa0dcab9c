// SPDX-License-Identifier: Apache-2.0
// Defaults and fit of keys.
#include "reconcilers/issuance/demand.hpp"

namespace stackseal::issuance {

namespace {
int default_size(core::KeyAlgorithm algorithm) {
    switch (algorithm) {
        case core::KeyAlgorithm::kRsa:
            return 2048;
        case core::KeyAlgorithm::kEcdsa:
            return 256;
        case core::KeyAlgorithm::kEd25519:
            return 0;
    }
    return 0;
}
}  // namespace

core::KeySpec new_key_spec(const KeyDemand& demand) {
    const core::KeyAlgorithm algorithm = demand.algorithm.value_or(demand.usual.algorithm);
    const int size =
        algorithm == demand.usual.algorithm ? demand.usual.size : default_size(algorithm);
    const bool sized = algorithm != core::KeyAlgorithm::kEd25519;
    return {algorithm, sized ? demand.size.value_or(size) : 0};
}

bool key_fits(const KeyDemand& demand, const core::KeySpec& stored) {
    const bool algorithm = !demand.algorithm || *demand.algorithm == stored.algorithm;
    const bool sized = stored.algorithm != core::KeyAlgorithm::kEd25519;
    return algorithm && (!demand.size || !sized || *demand.size == stored.size);
}

}  // namespace stackseal::issuance
