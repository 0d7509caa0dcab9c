// SPDX-License-Identifier: Apache-2.0
// How the process asks for memory: by its limit it shares a node with others.
#pragma once

namespace stackseal::app {

/// Gives back what a scrape or a listing needed for a moment. Call before any thread starts.
void keep_memory_small();

}  // namespace stackseal::app
