// SPDX-License-Identifier: Apache-2.0
// The core schema of YAML 1.2, line by line.
#include "controller/text/scalar.hpp"

#include <gtest/gtest.h>

#include "tests/unit/controller/text/documents.hpp"

namespace stackseal::text {
namespace {

using core::Value;

struct Case {
    std::string written;
    Value meant;
};

class PlainScalar : public testing::TestWithParam<Case> {};

TEST_P(PlainScalar, MeansWhatTheSchemaSays) {
    const auto value = plain_scalar(GetParam().written);
    ASSERT_TRUE(value) << GetParam().written;
    EXPECT_EQ(*value, GetParam().meant) << GetParam().written;
}

INSTANTIATE_TEST_SUITE_P(Null, PlainScalar,
                         testing::Values(Case{"", {}}, Case{"~", {}}, Case{"null", {}},
                                         Case{"Null", {}}, Case{"NULL", {}},
                                         Case{"nULL", text("nULL")}, Case{"nil", text("nil")}));
INSTANTIATE_TEST_SUITE_P(
    Truth, PlainScalar,
    testing::Values(Case{"true", Value::of(true)}, Case{"True", Value::of(true)},
                    Case{"TRUE", Value::of(true)}, Case{"false", Value::of(false)},
                    Case{"False", Value::of(false)}, Case{"FALSE", Value::of(false)},
                    Case{"yes", text("yes")}, Case{"on", text("on")}, Case{"tRue", text("tRue")}));
INSTANTIATE_TEST_SUITE_P(Integers, PlainScalar,
                         testing::Values(Case{"0", number(0)}, Case{"-0", number(0)},
                                         Case{"+7", number(7)}, Case{"-7", number(-7)},
                                         Case{"010", number(10)}, Case{"0o17", number(15)},
                                         Case{"0x1F", number(31)}, Case{"0xff", number(255)},
                                         Case{"9223372036854775807", number(INT64_MAX)},
                                         Case{"-9223372036854775808", number(INT64_MIN)}));
INSTANTIATE_TEST_SUITE_P(
    Floats, PlainScalar,
    testing::Values(Case{"1.5", fraction(1.5)}, Case{".5", fraction(0.5)}, Case{"1.", fraction(1)},
                    Case{"-1.5e3", fraction(-1500)}, Case{"1E+2", fraction(100)},
                    Case{"+1.5", fraction(1.5)}, Case{"1e2", fraction(100)},
                    Case{"9223372036854775808", fraction(9223372036854775808.0)}));
INSTANTIATE_TEST_SUITE_P(
    Text, PlainScalar,
    testing::Values(Case{"1.2.3", text("1.2.3")}, Case{"10.0.0.1", text("10.0.0.1")},
                    Case{".", text(".")}, Case{"-", text("-")}, Case{"+", text("+")},
                    Case{"-.", text("-.")}, Case{"e5", text("e5")}, Case{"1e", text("1e")},
                    Case{"1e+", text("1e+")}, Case{"0x", text("0x")}, Case{"0xg", text("0xg")},
                    Case{"-0x1", text("-0x1")}, Case{"0x-1", text("0x-1")},
                    Case{"0o8", text("0o8")}, Case{"0b1", text("0b1")},
                    Case{"1_000", text("1_000")}, Case{"12:30", text("12:30")},
                    Case{"2026-11-24", text("2026-11-24")}, Case{"2160h", text("2160h")},
                    Case{"--1", text("--1")}, Case{"+-1", text("+-1")},
                    Case{"0xFFFFFFFFFFFFFFFFFF", text("0xFFFFFFFFFFFFFFFFFF")}));

TEST(PlainScalarOf, NumbersThatNoDocumentHoldsAreAbsent) {
    for (const std::string_view written :
         {".inf", "-.inf", "+.Inf", ".INF", ".nan", ".NaN", ".NAN", "1e999", "-1e999"})
        EXPECT_FALSE(plain_scalar(written)) << written;
}

}  // namespace
}  // namespace stackseal::text
