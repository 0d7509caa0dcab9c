// SPDX-License-Identifier: Apache-2.0
// The text of sampled series, as the exposition format wants it.
#include "controller/observe/sampled_series.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace stackseal::observe {
namespace {

std::string written(SampledSeries& series, const std::vector<std::string>& taken = {}) {
    std::string out;
    series.write_to(out, taken);
    EXPECT_LE(out.size(), series.bytes());
    return out;
}

TEST(SampledSeries, AreSortedByLabels) {
    SampledSeries series("up");
    series.add({{"name", "b"}, {"a", "1"}}, 1);
    series.add({{"name", "a"}, {"a", "1"}}, 0);
    EXPECT_EQ(series.size(), 2U);
    EXPECT_EQ(written(series), "up{a=\"1\",name=\"a\"} 0\nup{a=\"1\",name=\"b\"} 1\n");
}

TEST(SampledSeries, OfEqualLabelsTheFirstIsShown) {
    SampledSeries series("up");
    series.add({}, 2);
    series.add({}, 3);
    EXPECT_EQ(written(series), "up 2\n");
}

TEST(SampledSeries, WhatIsTakenIsLeftOut) {
    SampledSeries series("up");
    series.add({{"name", "a"}}, 1);
    series.add({{"name", "b"}}, 1);
    EXPECT_EQ(written(series, {label_text({{"name", "a"}})}), "up{name=\"b\"} 1\n");
}

TEST(SampledSeries, EscapeWhatCouldEndAValue) {
    EXPECT_EQ(label_text({{"name", "a\"b\\c\nd"}}), R"({name="a\"b\\c\nd"})");
    EXPECT_EQ(label_text({}), "");
}

TEST(SampledSeries, WriteNumbersAsTheyAre) {
    struct Row {
        double value;
        const char* text;
    };
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    for (const Row& row :
         std::vector<Row>{{0, "up 0\n"},
                          {1795509866, "up 1795509866\n"},
                          {-0.25, "up -0.25\n"},
                          {kInfinity, "up +Inf\n"},
                          {-kInfinity, "up -Inf\n"},
                          {std::numeric_limits<double>::quiet_NaN(), "up NaN\n"}}) {
        SampledSeries series("up");
        series.add({}, row.value);
        EXPECT_EQ(written(series), row.text);
    }
}

}  // namespace
}  // namespace stackseal::observe
