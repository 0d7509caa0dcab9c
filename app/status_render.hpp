// SPDX-License-Identifier: Apache-2.0
// Standings as a person reads them, and as a script does.
#pragma once

#include <string>
#include <vector>

#include "app/status_rows.hpp"

namespace stackseal::app {

/// "89d", "5h", "12m", "now"; in the past "3d ago". The largest whole unit, rounded down.
std::string distance_text(core::Time then, core::Time now);

/// Columns STATE KIND NAME EXPIRES RENEWS, below each that is not Ready why; a last line sums up.
/// colours: ANSI escape sequences around the state.
std::string to_table(const std::vector<Standing>& all, core::Time now, bool colours);

/// {"checked", "good", "bad", "items": [{"kind", "namespace", "name", "good", "state", "message",
/// "notAfter", "renewalTime", "nextAttemptTime"}]}; absent facts are absent keys, times RFC 3339.
core::Value to_document(const std::vector<Standing>& all, core::Time now);

}  // namespace stackseal::app
