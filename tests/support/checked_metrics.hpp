// SPDX-License-Identifier: Apache-2.0
// Metrics that fail a test which names one otherwise than the table does: the real ones would drop
// the sample.
#pragma once

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <string_view>

#include "controller/observe/metric_names.hpp"
#include "controller/ports/metrics.hpp"

namespace stackseal::tests {

/// Keeps nothing; any thread may call.
class CheckedMetrics : public ports::Metrics {
  public:
    void count(std::string_view name, std::initializer_list<ports::Label> labels, double) override {
        expect_agreed(name, names_of(labels), observe::MetricType::kCounter);
    }
    void set(std::string_view name, std::initializer_list<ports::Label> labels, double) override {
        expect_agreed(name, names_of(labels), observe::MetricType::kGauge);
    }
    void observe(std::string_view name, std::initializer_list<ports::Label> labels,
                 double) override {
        expect_agreed(name, names_of(labels), observe::MetricType::kHistogram);
    }
    void collect(std::function<std::vector<ports::Sample>()>) override {}

    /// The same for what a collector yields.
    static void expect_agreed(const std::vector<ports::Sample>& samples) {
        for (const ports::Sample& sample : samples)
            expect_agreed(sample.name, names_of(sample.labels), observe::MetricType::kGauge);
    }

  private:
    using Names = std::set<std::string>;

    static Names names_of(const auto& labels) {
        Names names;
        for (const auto& [name, value] : labels) names.emplace(name);
        return names;
    }
    static void expect_agreed(std::string_view name, const Names& labels,
                              observe::MetricType type) {
        const observe::MetricSpec* spec = observe::find_metric(name);
        ASSERT_NE(spec, nullptr) << name << " is not in the table";
        EXPECT_EQ(spec->type, type) << name;
        EXPECT_EQ(Names(spec->labels.begin(), spec->labels.end()), labels) << name;
    }
};

}  // namespace stackseal::tests
