// SPDX-License-Identifier: Apache-2.0
// Value or error, and the two macros that pass errors on.
#include "controller/core/result.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <set>

namespace stackseal::core {
namespace {

Result<int> half_of(int number) {
    if (number % 2 != 0) return Error{Code::kInvalid, "odd"};
    return number / 2;
}

Result<int> quarter_of(int number) {
    STACKSEAL_TRY(const int half, half_of(number));
    STACKSEAL_TRY(const int quarter, half_of(half));
    return quarter;
}

Result<void> check_even(int number) {
    STACKSEAL_CHECK(half_of(number));
    return {};
}

TEST(Result, HoldsAValueOrAnError) {
    EXPECT_TRUE(half_of(4));
    EXPECT_EQ(*half_of(4), 2);
    EXPECT_FALSE(half_of(3));
    EXPECT_EQ(half_of(3).error(), (Error{Code::kInvalid, "odd"}));
}

TEST(Result, TryPassesTheFirstErrorOn) {
    EXPECT_EQ(*quarter_of(8), 2);
    EXPECT_EQ(quarter_of(3).error().message, "odd");
    EXPECT_EQ(quarter_of(6).error().message, "odd");
}

TEST(Result, CheckPassesErrorsOnAndDropsValues) {
    EXPECT_TRUE(check_even(2));
    EXPECT_EQ(check_even(1).error().code, Code::kInvalid);
}

TEST(Result, CarriesWhatCanOnlyMove) {
    const auto make = [](bool good) -> Result<std::unique_ptr<int>> {
        if (!good) return Error{Code::kNotFound, "absent"};
        return std::make_unique<int>(7);
    };
    const auto use = [&](bool good) -> Result<int> {
        STACKSEAL_TRY(auto owned, make(good));
        return *owned;
    };
    EXPECT_EQ(*use(true), 7);
    EXPECT_EQ(use(false).error().code, Code::kNotFound);
}

TEST(Result, AValueOfTheErrorsMessageTypeIsAValue) {
    const Result<std::string> text = std::string("an error in name only");
    EXPECT_TRUE(text);
}

TEST(Result, EveryCodeHasItsOwnName) {
    std::set<std::string> names;
    for (const Code code :
         {Code::kInvalid, Code::kNotFound, Code::kConflict, Code::kDenied, Code::kThrottled,
          Code::kUnavailable, Code::kCorrupt, Code::kCancelled, Code::kInternal})
        names.insert(to_string(code));
    EXPECT_EQ(names.size(), 9U);
    EXPECT_TRUE(names.contains("Unavailable"));
}

}  // namespace
}  // namespace stackseal::core
