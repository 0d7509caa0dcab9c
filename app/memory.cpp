// SPDX-License-Identifier: Apache-2.0
// Measured with 10,000 certificates: without these, each scrape left up to 40 MiB in the arena of
// whichever thread had served it.
#include "app/memory.hpp"

#include <malloc.h>

namespace stackseal::app {

namespace {

/// The threads mostly wait for the network: two heaps suffice, and leave fewer gaps than twenty.
constexpr int kArenas = 2;
/// Text of a scrape and bodies of answers go back to the system as they are freed. Once set, glibc
/// does not raise the threshold by itself.
constexpr int kMappedFrom = 256 << 10;

}  // namespace

void keep_memory_small() {
    mallopt(M_ARENA_MAX, kArenas);
    mallopt(M_MMAP_THRESHOLD, kMappedFrom);
}

}  // namespace stackseal::app
