// SPDX-License-Identifier: Apache-2.0
// A small hierarchy, and one blow at each point of its making in turn: nothing is lost or doubled.
#include <gtest/gtest.h>

#include "tests/simulation/life.hpp"

namespace stackseal::simulation {
namespace {

struct Blow {
    const char* name;
    Mode mode;
    Fate fate;
};

/// One in so many points, beginning with the given one: tests that run side by side.
constexpr int kShares = 4;
using Case = std::tuple<Blow, int>;

std::string name_of(const testing::TestParamInfo<Case>& info) {
    return core::concat(std::get<Blow>(info.param).name, std::get<int>(info.param));
}

const std::vector<core::Ref> kAuthorities = {
    {core::Resource::kSecret, kAuthoritySpace, "cloud.root.g1"},
    {core::Resource::kSecret, kAuthoritySpace, "cloud.plane.g1"}};
const std::vector<core::Ref> kLeaves = {secret_ref("api-tls"), secret_ref("mq-tls")};

void expect_pairs(Life& life, const std::vector<core::Ref>& secrets, int wanted) {
    for (const core::Ref& ref : secrets)
        EXPECT_EQ(life.audit().pairs(ref), wanted) << core::to_string(ref);
}

void change_both(Life& life) {
    life.people().ask_for_reissue("api");
    life.people().change_names("mq");
    life.settle();
}

class EachPoint : public testing::TestWithParam<Case> {
  protected:
    Fate fate() const { return std::get<Blow>(GetParam()).fate; }

    /// Runs a life again and again, the blow some points later each time, until it comes no more.
    void strike_each(const std::function<void(Life&, std::uint64_t nth)>& way) {
        int struck = -1;
        auto nth = static_cast<std::uint64_t>(std::get<int>(GetParam()));
        for (bool again = true; again && !HasFailure(); nth += kShares, ++struck) {
            Life life(std::get<Blow>(GetParam()).mode, nth);
            way(life, nth);
            again = life.was_struck();
            EXPECT_FALSE(life.trace().broken()) << "at point " << nth << ": " << story(life);
        }
        EXPECT_GT(struck * kShares, 50);  // the life has that many points
    }
};

TEST_P(EachPoint, OfTheFirstIssuance) {
    strike_each([this](Life& life, std::uint64_t nth) {
        life.strike_next_at(nth, fate());
        life.begin(small_wishes());
        life.settle();
        life.bury_zombie();
        life.settle();
        expect_pairs(life, kAuthorities, 1);
        expect_pairs(life, kLeaves, 1);
        life.restart_quietly();
    });
}

TEST_P(EachPoint, OfAReissue) {
    strike_each([this](Life& life, std::uint64_t nth) {
        life.begin(small_wishes());
        life.settle();
        life.strike_next_at(nth, fate());
        life.restart();
        change_both(life);
        life.bury_zombie();
        life.settle();
        expect_pairs(life, kAuthorities, 1);
        expect_pairs(life, kLeaves, 2);
        change_both(life);
        expect_pairs(life, kLeaves, 3);
    });
}

/// The new leader issues for the newest spec; the old one, which knows an older spec only, must not
/// bring that back.
TEST(EachPointOfLeadership, TheDeposedLeaderBringsBackNoOlderSpec) {
    bool struck = true;
    for (std::uint64_t nth = 1; struck; ++nth) {
        Life life(Mode::kServer, nth);
        life.begin(small_wishes());
        life.settle();
        life.people().change_names("mq");
        life.when_deposed([&life] { life.people().change_names("mq"); });
        life.strike_next_at(nth, Fate::kDeposed);
        life.restart();
        life.settle();
        life.bury_zombie();
        life.settle();
        struck = life.was_struck();
        ASSERT_FALSE(life.trace().broken()) << "at point " << nth << ": " << story(life);
        ASSERT_LE(life.audit().pairs(secret_ref("mq-tls")), 3) << "at point " << nth << story(life);
    }
}

INSTANTIATE_TEST_SUITE_P(
    Simulation, EachPoint,
    testing::Combine(testing::Values(Blow{"CrashOfALocalRun", Mode::kLocal, Fate::kDead},
                                     Blow{"FailureInALocalRun", Mode::kLocal, Fate::kFails},
                                     Blow{"CrashOfAClient", Mode::kServer, Fate::kDead},
                                     Blow{"FailureOfARequest", Mode::kServer, Fate::kFails},
                                     Blow{"LossOfTheLease", Mode::kServer, Fate::kDeposed}),
                     testing::Range(1, kShares + 1)),
    name_of);

}  // namespace
}  // namespace stackseal::simulation
