// SPDX-License-Identifier: Apache-2.0
// The end of the program: SIGTERM, SIGINT, or a part that asks for it.
#pragma once

#include <string>

namespace stackseal::app {

/// Blocks the signals in this thread and all that it starts. First thing in main, before threads.
void block_stop_signals();

/// Waits for the first signal, or for request_stop(). Returns its name for the log.
std::string wait_for_stop();

/// Makes wait_for_stop() return, from any thread.
void request_stop();

}  // namespace stackseal::app
