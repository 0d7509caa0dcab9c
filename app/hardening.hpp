// SPDX-License-Identifier: Apache-2.0
// What the process does before anything else, so that keys leave no trace of themselves.
#pragma once

#include "controller/core/result.hpp"

namespace stackseal::app {

/// No core dumps and no debugger of the same user: both would hold private keys. Files made from
/// now on are readable by nobody else. Errors: kInternal where memory would not be wiped.
core::Result<void> harden_process();

}  // namespace stackseal::app
