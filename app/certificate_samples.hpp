// SPDX-License-Identifier: Apache-2.0
// What a scrape shows of each Certificate and Issuer, read from the cache as it is asked.
#pragma once

#include <string>

#include "controller/ports/cluster.hpp"
#include "controller/ports/metrics.hpp"

namespace stackseal::app {

void show_certificates(ports::Reader& reader, const ports::Show& show);
/// authority_space: where the pairs of authorities lie.
void show_issuers(ports::Reader& reader, const std::string& authority_space,
                  const ports::Show& show);

}  // namespace stackseal::app
