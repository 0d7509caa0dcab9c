// SPDX-License-Identifier: Apache-2.0
// The error table: what the library's texts come to.
#include "controller/http/failure.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace stackseal::http {
namespace {

TEST(Stage, FollowsTheLibrarysText) {
    EXPECT_EQ(stage_of("Error resolving address"), Stage::kResolve);
    EXPECT_EQ(stage_of("Failed to connect to any resolved endpoint"), Stage::kConnect);
    EXPECT_EQ(stage_of("Error in SSL handshake"), Stage::kHandshake);
    EXPECT_EQ(stage_of("Failed to write request body"), Stage::kWrite);
    EXPECT_EQ(stage_of("cannot rewind input stream for connection re-establishment"),
              Stage::kStale);
    EXPECT_EQ(stage_of("Retrieving message chunk header"), Stage::kRead);
    EXPECT_EQ(stage_of("something new"), Stage::kOther);
}

TEST(DeadConnection, IsOneThatBrokeWhileWeWroteOrBeforeTheAnswer) {
    EXPECT_TRUE(was_dead_connection({Stage::kWrite}));
    EXPECT_TRUE(was_dead_connection({Stage::kStale}));
    EXPECT_FALSE(was_dead_connection({Stage::kConnect}));
    EXPECT_FALSE(was_dead_connection({Stage::kRead}));
}

TEST(Error, NamesTheRequestAndTheReason) {
    const auto error = to_error({Stage::kConnect, "refused"}, "GET https://h:1/x", false);
    EXPECT_EQ(error.code, core::Code::kUnavailable);
    EXPECT_EQ(error.message, "GET https://h:1/x: cannot connect (refused)");
}

TEST(Error, SaysWhetherAWriteMayHaveTakenEffect) {
    EXPECT_TRUE(to_error({Stage::kRead, "", true}, "PUT x", true).maybe_executed);
    EXPECT_FALSE(to_error({Stage::kRead, "", true}, "GET x", false).maybe_executed);
    EXPECT_FALSE(to_error({Stage::kHandshake, "", false}, "PUT x", true).maybe_executed);
}

TEST(Error, IsInvalidForATargetThatTheLibraryRefuses) {
    EXPECT_EQ(to_error({Stage::kMalformed}, "GET x", false).code, core::Code::kInvalid);
}

}  // namespace
}  // namespace stackseal::http
