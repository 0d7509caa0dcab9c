// SPDX-License-Identifier: Apache-2.0
// The table of metrics keeps the rules of the naming guide and of the text format.
#include "controller/observe/metric_names.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

namespace stackseal::observe {
namespace {

bool is_snake_case(std::string_view text) {
    return !text.empty() && text[0] >= 'a' && text[0] <= 'z' &&
           std::ranges::all_of(text, [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
           });
}

TEST(MetricNames, AreValidAndUnique) {
    std::set<std::string_view> seen;
    for (const MetricSpec& spec : metric_specs()) {
        SCOPED_TRACE(std::string(spec.name));
        EXPECT_TRUE(is_snake_case(spec.name));
        EXPECT_TRUE(seen.insert(spec.name).second);
        EXPECT_EQ(spec.name.ends_with("_total"), spec.type == MetricType::kCounter);
        EXPECT_EQ(find_metric(spec.name), &spec);
    }
}

TEST(MetricNames, HelpIsOneLineThatNeedsNoEscape) {
    for (const MetricSpec& spec : metric_specs()) {
        EXPECT_TRUE(spec.help.ends_with('.')) << spec.name;
        EXPECT_EQ(spec.help.find_first_of("\\\n"), std::string_view::npos) << spec.name;
    }
}

TEST(MetricNames, LabelsAreValidUniqueAndNotReserved) {
    for (const MetricSpec& spec : metric_specs()) {
        SCOPED_TRACE(std::string(spec.name));
        EXPECT_EQ(std::set(spec.labels.begin(), spec.labels.end()).size(), spec.labels.size());
        for (const std::string_view label : spec.labels) {
            EXPECT_TRUE(is_snake_case(label)) << label;
            EXPECT_TRUE(label != "le" && label != "quantile" && !label.starts_with("__")) << label;
        }
    }
}

TEST(MetricNames, OnlyHistogramsHaveBucketsAndTheyAscend) {
    for (const MetricSpec& spec : metric_specs()) {
        SCOPED_TRACE(std::string(spec.name));
        EXPECT_EQ(spec.buckets.empty(), spec.type != MetricType::kHistogram);
        EXPECT_EQ(std::ranges::adjacent_find(spec.buckets, std::greater_equal<>{}),
                  spec.buckets.end());
    }
}

// Objects' names on counters and histograms would grow for ever: only gauges are sampled anew.
TEST(MetricNames, OnlyGaugesAreLabelledByObject) {
    for (const MetricSpec& spec : metric_specs()) {
        if (spec.type == MetricType::kGauge) continue;
        EXPECT_EQ(std::ranges::find(spec.labels, "namespace"), spec.labels.end()) << spec.name;
    }
}

TEST(MetricNames, UnknownNamesAreNotFound) {
    EXPECT_EQ(find_metric("stackseal_nothing"), nullptr);
    EXPECT_EQ(find_metric(""), nullptr);
}

}  // namespace
}  // namespace stackseal::observe
