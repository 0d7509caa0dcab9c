// SPDX-License-Identifier: Apache-2.0
// The metrics port over prometheus-cpp: kept series, sampled series, and their text.
#pragma once

#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

#include "controller/observe/open_metrics.hpp"
#include "controller/ports/log.hpp"
#include "controller/ports/metrics.hpp"

namespace stackseal::observe {

/// How many series one metric may have, so that foreign text in a label cannot fill the memory.
struct MetricLimits {
    std::size_t kept = 1'000;      ///< counters and histograms beyond it fold into one "other"
    std::size_t sampled = 50'000;  ///< at a scrape; the rest is left out and reported
};

/// Any thread may call. Only the metrics of metric_names, with exactly their labels, are taken;
/// anything else is dropped, counted and logged once. Label values are cut at 256 bytes.
class PrometheusMetrics : public ports::Metrics {
  public:
    /// log outlives this object. Shows the build's version and the process's own figures.
    explicit PrometheusMetrics(ports::Log& log, MetricLimits limits = {});
    ~PrometheusMetrics() override;

    void count(std::string_view name, std::initializer_list<ports::Label> labels,
               double by = 1) override;
    void set(std::string_view name, std::initializer_list<ports::Label> labels,
             double value) override;
    void observe(std::string_view name, std::initializer_list<ports::Label> labels,
                 double value) override;
    void collect(ports::Collector collector) override;

    /// Everything, as a scrape wants it. Runs the collectors on the caller's thread, outside locks.
    std::string text(Dialect dialect = Dialect::kText);

  private:
    class Families;
    std::unique_ptr<Families> families_;
};

}  // namespace stackseal::observe
