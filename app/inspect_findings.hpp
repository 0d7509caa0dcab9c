// SPDX-License-Identifier: Apache-2.0
// The judgement: what of a report is wrong, and what is only worth knowing.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/inspect_report.hpp"

namespace stackseal::app {

/// One line each, headed by the certificate that it is about: what does not parse, dates, a key
/// that does not match, broken links, lint, what the endpoint does wrong.
/// damage: PairFacts::problem.
std::vector<std::string> problems_of(const Report& report, const Material& material,
                                     const std::string& damage);

/// Advice of the house's profile, and what was left out.
std::vector<std::string> notes_of(const Report& report, const Material& material);

}  // namespace stackseal::app
