// SPDX-License-Identifier: Apache-2.0
// Whoever reads the log, and not each object's status, must learn what does not work.
#pragma once

#include <vector>

#include "controller/api/meta.hpp"
#include "controller/core/ref.hpp"
#include "controller/ports/log.hpp"

namespace stackseal::issuance {

/// Warns when the Ready condition that was just written tells of trouble, and told of another
/// or of none before: once for each trouble, however often it is met.
void log_verdict(ports::Log& log, const core::Ref& object,
                 const std::vector<api::Condition>& before,
                 const std::vector<api::Condition>& after);

}  // namespace stackseal::issuance
