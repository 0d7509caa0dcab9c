// SPDX-License-Identifier: Apache-2.0
// Chosen scenes: what it costs without faults, and faults that chance brings together too rarely.
#include <gtest/gtest.h>

#include "tests/simulation/life.hpp"

namespace stackseal::simulation {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

class Scene : public testing::TestWithParam<Mode> {
  protected:
    void begin(Wishes wishes) {
        life.begin(std::move(wishes));
        life.settle();
    }
    int pairs(const std::string& certificate) {
        return life.audit().pairs(secret_ref(certificate + "-tls"));
    }
    /// Lets time pass as it does, so that what waits comes due.
    void wait(minutes time) {
        for (minutes passed{0}; passed < time; passed += minutes(1)) {
            life.world().time.advance(minutes(1));
            life.catch_up();
            while (life.step()) {
            }
        }
    }
    void TearDown() override { EXPECT_FALSE(life.trace().broken()) << story(life); }

    Life life{GetParam(), 1};
};

TEST_P(Scene, TwoWritesForEachIssuanceAndNoneForAStart) {
    begin(large_wishes());
    constexpr int kPairs = 6;          // of four certificates and two authorities
    constexpr int kOtherStatuses = 2;  // of issuers that own no Secret
    EXPECT_EQ(life.audit().issuances(), kPairs);
    EXPECT_EQ(life.audit().writes(), 2 * kPairs + kOtherStatuses);
    EXPECT_EQ(life.process().events(), 0);
    life.restart_quietly();
}

TEST_P(Scene, AReplacedCaReissuesItsLeafAndNoOther) {
    begin(large_wishes());
    life.people().replace_ca();
    life.settle();
    EXPECT_EQ(pairs("db"), 2);
    for (const char* other : {"api", "mq", "web"}) EXPECT_EQ(pairs(other), 1) << other;
    EXPECT_EQ(life.audit().issuances(), 7);
    EXPECT_EQ(life.process().events(), 1);
}

TEST_P(Scene, ASecretDiesWithItsOwnerOnlyWhereThatIsAskedFor) {
    begin(large_wishes());
    for (CertificateWish& wish : life.people().wishes.certificates) wish.present = false;
    life.people().tell();
    life.settle();
    EXPECT_FALSE(life.world().get<api::SecretFacts>(secret_ref("db-tls")));
    for (const char* kept : {"api-tls", "mq-tls", "web-tls"})
        EXPECT_TRUE(life.world().get<api::SecretFacts>(secret_ref(kept))) << kept;
}

TEST_P(Scene, AStrangersSecretIsLeftAloneUntilItGoes) {
    begin(small_wishes());
    life.people().replace_by_stranger(secret_ref("api-tls"));
    life.settle();
    wait(minutes(90));
    life.settle();
    EXPECT_EQ(pairs("api"), 1);
    life.people().withdraw_stranger(secret_ref("api-tls"));
    life.settle();
    EXPECT_EQ(pairs("api"), 2);
}

TEST_P(Scene, ALostAuthorityComesBackWithoutAReissue) {
    begin(small_wishes());
    life.people().lose_authority("root");
    life.settle();
    life.restart();
    life.settle();
    life.people().restore_authority("root");
    life.settle();
    EXPECT_EQ(life.audit().issuances(), 4);
}

/// A pause that was begun at a time that is not any more must not last until then.
TEST_P(Scene, AStepBackOfTheClockDoesNotProlongABackOff) {
    begin(small_wishes());
    life.people().ask_for_reissue("api");
    life.refuse_writes(core::Code::kDenied);
    wait(minutes(3));
    life.refuse_writes({});
    if (GetParam() == Mode::kLocal) life.world().machine.step(-hours(24));
    wait(minutes(70));
    life.settle();
    EXPECT_EQ(pairs("api"), 2);
}

TEST_P(Scene, AStepBackOfTheClockDoesNotProlongTheBreaker) {
    begin(small_wishes());
    for (int i = 0; i < 8; ++i) {
        life.people().ask_for_reissue("api");
        wait(minutes(1));
    }
    EXPECT_LT(pairs("api"), 8);  // the breaker is open
    if (GetParam() == Mode::kLocal) life.world().machine.step(-hours(24));
    wait(minutes(70));
    life.settle();
    EXPECT_GE(pairs("api"), 7);
}

/// The refusal before it is over, although nobody was told so.
TEST_P(Scene, AnUnansweredSuccessEndsTheCountOfFailures) {
    begin(small_wishes());
    life.people().ask_for_reissue("api");
    life.refuse_writes(core::Code::kDenied);
    wait(minutes(1));
    life.refuse_writes({});
    life.lose_answers(true);
    wait(minutes(1));
    life.lose_answers(false);
    life.settle();
    EXPECT_EQ(pairs("api"), 2);
    life.restart_quietly();
}

TEST_P(Scene, AnotherObstacleEndsTheCountOfFailures) {
    begin(small_wishes());
    life.people().ask_for_reissue("api");
    life.refuse_writes(core::Code::kDenied);
    wait(minutes(1));
    life.people().replace_by_stranger(secret_ref("api-tls"));
    life.refuse_writes({});
    wait(minutes(20));
    life.restart_quietly();
}

TEST_P(Scene, AStepBackOfTheClockDoesNotProlongTheSilence) {
    Wishes wishes = small_wishes();
    wishes.issuer("plane").present = false;
    life.begin(std::move(wishes));
    if (GetParam() == Mode::kLocal) life.world().machine.step(-hours(24));
    life.settle();
}

INSTANTIATE_TEST_SUITE_P(Simulation, Scene, testing::Values(Mode::kLocal, Mode::kServer),
                         [](const auto& mode) {
                             return mode.param == Mode::kLocal ? "Local" : "Server";
                         });

}  // namespace
}  // namespace stackseal::simulation
