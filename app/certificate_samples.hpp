// SPDX-License-Identifier: Apache-2.0
// What a scrape shows of each Certificate and Issuer, read from the cache as it is asked.
#pragma once

#include "controller/ports/cluster.hpp"
#include "controller/ports/metrics.hpp"

namespace stackseal::app {

void show_certificates(ports::Reader& reader, const ports::Show& show);
void show_issuers(ports::Reader& reader, const ports::Show& show);

}  // namespace stackseal::app
