// SPDX-License-Identifier: Apache-2.0
// How many Certificates are in which state: a few series however many there are.
#pragma once

#include <string_view>

#include "controller/api/certificate.hpp"
#include "controller/ports/cluster.hpp"
#include "controller/ports/metrics.hpp"

namespace stackseal::app {

/// What matters most of a Certificate, the worst first: "expired", "expiring", "renewal_missed",
/// "failing", "not_ready" or "ready". The bounds are those of the chart's alerts.
std::string_view fleet_state(const api::Certificate& certificate, core::Time now);

/// stackseal_certificates of each namespace that has one, every state of it.
void show_fleet(ports::Reader& reader, core::Time now, const ports::Show& show);

}  // namespace stackseal::app
