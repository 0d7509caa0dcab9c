// SPDX-License-Identifier: Apache-2.0
// The real clocks, held against the system's own calls.
#include "controller/observe/system_clock.hpp"

#include <gtest/gtest.h>

#include <ctime>

namespace stackseal::observe {
namespace {

std::chrono::milliseconds milliseconds_of(clockid_t id) {
    timespec at{};
    clock_gettime(id, &at);
    return std::chrono::milliseconds(at.tv_sec * 1000 + at.tv_nsec / 1'000'000);
}

TEST(SystemClock, TellsTheWallClock) {
    SystemClock clock;
    const auto before = milliseconds_of(CLOCK_REALTIME);
    const auto now = clock.now().time_since_epoch();
    EXPECT_LE(before, now);
    EXPECT_LE(now, milliseconds_of(CLOCK_REALTIME));
}

TEST(SystemClock, CountsFromBoot) {
    SystemClock clock;
    const auto before = milliseconds_of(CLOCK_BOOTTIME);
    const auto first = clock.monotonic();
    const auto second = clock.monotonic();
    EXPECT_LE(before, first);
    EXPECT_LE(first, second);
    EXPECT_LE(second, milliseconds_of(CLOCK_BOOTTIME));
}

}  // namespace
}  // namespace stackseal::observe
