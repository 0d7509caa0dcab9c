// SPDX-License-Identifier: Apache-2.0
// What a scrape shows of each Certificate and Issuer, read from the cache as it is asked.
#pragma once

#include <string>
#include <vector>

#include "controller/ports/cluster.hpp"
#include "controller/ports/metrics.hpp"

namespace stackseal::app {

std::vector<ports::Sample> certificate_samples(ports::Reader& reader);
/// authority_space: where the pairs of authorities lie.
std::vector<ports::Sample> issuer_samples(ports::Reader& reader,
                                          const std::string& authority_space);

}  // namespace stackseal::app
