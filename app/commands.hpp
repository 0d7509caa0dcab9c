// SPDX-License-Identifier: Apache-2.0
// The subcommands. Each returns the process's exit code.
#pragma once

#include "app/settings.hpp"

namespace stackseal::app {

int run_controller(const ControllerSettings& settings);
int run_local(const LocalSettings& settings);
int run_inspect(const InspectSettings& settings);
int run_status(const StatusSettings& settings);
int run_version();

}  // namespace stackseal::app
