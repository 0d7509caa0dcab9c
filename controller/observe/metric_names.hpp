// SPDX-License-Identifier: Apache-2.0
// Every metric that the program can show, in one table: names and labels are API.
#pragma once

#include <span>
#include <string_view>
#include <vector>

namespace stackseal::observe {

/// What a metric's value means. Source: the Prometheus data model.
enum class MetricType { kCounter, kGauge, kHistogram };

/// One metric of the table.
struct MetricSpec {
    std::string_view name;
    MetricType type = MetricType::kGauge;
    std::string_view help;                 ///< one line, no backslash
    std::vector<std::string_view> labels;  ///< exactly these, in any order
    std::vector<double> buckets;           ///< upper bounds of a histogram, ascending
};

/// All metrics, in the order in which they are shown. The names of the queue, of the reconcilers,
/// of the lease and of the client are those of controller-runtime, so that its dashboards work.
/// Source: kubernetes-sigs/controller-runtime, pkg/internal/controller/metrics.
std::span<const MetricSpec> metric_specs();

/// The table's entry of a name, or null.
const MetricSpec* find_metric(std::string_view name);

inline constexpr std::string_view kBuildInfo = "stackseal_build_info";
inline constexpr std::string_view kMetricsDropped = "stackseal_metrics_dropped_total";
inline constexpr std::string_view kMetricsOversized = "stackseal_metrics_oversized";

}  // namespace stackseal::observe
