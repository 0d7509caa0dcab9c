// SPDX-License-Identifier: Apache-2.0
// Places are given, waited for and given back.
#include "controller/http/slots.hpp"

#include <gtest/gtest.h>

namespace stackseal::http {
namespace {

using std::chrono::hours;
using std::chrono::steady_clock;

TEST(Slots, GiveAsManyPlacesAsThereAreAndTakeThemBack) {
    Slots slots(2);
    const auto later = steady_clock::now() + hours(1);
    auto first = slots.take(later, {});
    const auto second = slots.take(later, {});
    ASSERT_TRUE(first && second);
    EXPECT_FALSE(slots.take(steady_clock::now() + std::chrono::milliseconds(1), {}));
    first.reset();
    EXPECT_TRUE(slots.take(later, {}));
}

TEST(Slots, GiveNoneAfterAStopOrTheDeadlineEvenIfFree) {
    Slots slots(1);
    std::stop_source stop;
    stop.request_stop();
    EXPECT_FALSE(slots.take(steady_clock::now() + hours(1), stop.get_token()));
    EXPECT_FALSE(slots.take(steady_clock::now(), {}));
}

TEST(Slots, MayBeOutlivedByAPlace) {
    std::optional<Slots::Place> place;
    {
        Slots slots(1);
        place = slots.take(steady_clock::now() + hours(1), {});
    }
    EXPECT_TRUE(place);
}

}  // namespace
}  // namespace stackseal::http
