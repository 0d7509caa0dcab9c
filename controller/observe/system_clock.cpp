// SPDX-License-Identifier: Apache-2.0
// steady_clock would stand still while a machine sleeps, and a renewal would come late.
#include "controller/observe/system_clock.hpp"

#include <ctime>

namespace stackseal::observe {

core::Instant SystemClock::now() {
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

std::chrono::milliseconds SystemClock::monotonic() {
    timespec at{};
    clock_gettime(CLOCK_BOOTTIME, &at);
    return std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::seconds(at.tv_sec) + std::chrono::nanoseconds(at.tv_nsec));
}

}  // namespace stackseal::observe
