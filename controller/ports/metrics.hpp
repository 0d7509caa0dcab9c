// SPDX-License-Identifier: Apache-2.0
// Counters, gauges and histograms by name; the names are API and stand in observe/metric_names.
#pragma once

#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace stackseal::ports {

using Label = std::pair<std::string_view, std::string>;

/// One sample that a collector yields when the metrics are scraped.
struct Sample {
    std::string_view name;
    std::vector<std::pair<std::string, std::string>> labels;
    double value = 0;
};

/// Takes a sample, called by a collector only.
using Show = std::function<void(const Sample&)>;
/// Shows everything that it knows at a scrape.
using Collector = std::function<void(const Show&)>;

/// A collector out of a function that answers its samples, for those that have few.
inline Collector showing(std::function<std::vector<Sample>()> few) {
    return [few = std::move(few)](const Show& show) {
        for (const Sample& sample : few()) show(sample);
    };
}

/// Any thread may call. A name that is not registered is dropped and logged once.
class Metrics {
  public:
    virtual ~Metrics() = default;
    /// Adds to a counter; a negative or infinite amount is dropped. labels: those of the table.
    virtual void count(std::string_view name, std::initializer_list<Label> labels,
                       double by = 1) = 0;
    /// Sets a gauge; units as the name says (_seconds, _bytes).
    virtual void set(std::string_view name, std::initializer_list<Label> labels, double value) = 0;
    /// One observation for a histogram, in the name's unit. Infinite ones are dropped.
    virtual void observe(std::string_view name, std::initializer_list<Label> labels,
                         double value) = 0;
    /// Asks at each scrape, so that nothing is kept per object between scrapes, nor during one:
    /// the collector shows its samples one by one.
    virtual void collect(Collector collector) = 0;
};

}  // namespace stackseal::ports
