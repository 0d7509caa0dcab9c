// SPDX-License-Identifier: Apache-2.0
// Many seeds, each a run of its own. Repeat one, or run more than by default:
//   STACKSEAL_SEED=17 build/dev/bin/simulation_test --gtest_filter='*Seeds*'
//   STACKSEAL_SEEDS=5000 build/dev/bin/simulation_test --gtest_filter='*Seeds*'
#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/simulation/life.hpp"

namespace stackseal::simulation {
namespace {

constexpr std::uint64_t kSeeds = 120;
constexpr std::uint64_t kShares = 12;  ///< tests that run side by side
constexpr int kSteps = 120;

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
    const char* text = std::getenv(name);
    return text == nullptr ? otherwise : std::stoull(text);
}

Mode mode_of(std::uint64_t seed) {
    return seed % 2 == 0 ? Mode::kLocal : Mode::kServer;
}

void live_through(std::uint64_t seed) {
    Life life(mode_of(seed), seed);
    live(life, kSteps);
    EXPECT_FALSE(life.trace().broken())
        << "seed " << seed << ": " << story(life) << "repeat: STACKSEAL_SEED=" << seed
        << " build/dev/bin/simulation_test --gtest_filter='*Seeds*'";
}

class Seeds : public testing::TestWithParam<std::uint64_t> {};

TEST_P(Seeds, EndAsWished) {
    const std::uint64_t only = from_environment("STACKSEAL_SEED", 0);
    const std::uint64_t count = from_environment("STACKSEAL_SEEDS", kSeeds);
    if (only != 0) return only % kShares == GetParam() ? live_through(only) : void();
    for (std::uint64_t seed = GetParam() == 0 ? kShares : GetParam();
         seed <= count && !HasFailure(); seed += kShares)
        live_through(seed);
}

INSTANTIATE_TEST_SUITE_P(Simulation, Seeds, testing::Range<std::uint64_t>(0, kShares));

/// Or a failure could not be repeated.
TEST(Seed, IsOneRun) {
    for (const std::uint64_t seed : {3U, 4U}) {
        Life first(mode_of(seed), seed);
        Life second(mode_of(seed), seed);
        live(first, kSteps);
        live(second, kSteps);
        EXPECT_EQ(first.trace().lines(), second.trace().lines());
        EXPECT_GT(first.trace().lines().size(), 50U);
    }
}

}  // namespace
}  // namespace stackseal::simulation
