// SPDX-License-Identifier: Apache-2.0
// One prometheus-cpp family per entry of the table; the text is made family by family, so that a
// scrape of many certificates needs little memory.
#include "controller/observe/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <sstream>
#include <variant>

#include "controller/core/concat.hpp"
#include "controller/observe/metric_names.hpp"
#include "controller/observe/process_metrics.hpp"
#include "controller/observe/utf8.hpp"

namespace stackseal::observe {

namespace {

using Counters = prometheus::Family<prometheus::Counter>;
using Gauges = prometheus::Family<prometheus::Gauge>;
using Histograms = prometheus::Family<prometheus::Histogram>;
using Labels = prometheus::Labels;
using Series = prometheus::ClientMetric;

constexpr std::size_t kLabelLimit = 256;
constexpr std::size_t kComplaintLimit = 100;

/// A metric with the series that it keeps between scrapes.
struct Kept {
    explicit Kept(const MetricSpec& s)
        : spec(&s),
          counters(name(), help(), {}),
          gauges(name(), help(), {}),
          histograms(name(), help(), {}) {}

    std::string name() const { return std::string(spec->name); }
    std::string help() const { return std::string(spec->help); }
    std::array<const prometheus::Collectable*, 3> families() const {
        return {&counters, &gauges, &histograms};
    }

    const MetricSpec* spec;
    Counters counters;  // of the three only the one of the spec's type is used
    Gauges gauges;
    Histograms histograms;
    std::set<Labels> known;
};

template <class Pairs>
std::optional<Labels> labels_for(const MetricSpec& spec, const Pairs& pairs) {
    Labels labels;
    for (const auto& [key, value] : pairs) {
        if (std::ranges::find(spec.labels, std::string_view(key)) == spec.labels.end()) return {};
        labels.emplace(key, clean(value, kLabelLimit));
    }
    if (labels.size() != spec.labels.size()) return {};
    return labels;
}

Labels folded(const MetricSpec& spec) {
    Labels labels;
    for (const std::string_view label : spec.labels) labels.emplace(label, "other");
    return labels;
}

prometheus::MetricType type_of(MetricType type) {
    switch (type) {
        case MetricType::kCounter:
            return prometheus::MetricType::Counter;
        case MetricType::kGauge:
            return prometheus::MetricType::Gauge;
        case MetricType::kHistogram:
            return prometheus::MetricType::Histogram;
    }
    return prometheus::MetricType::Untyped;
}

Series series_of(const MetricSpec& spec, Labels labels, double value) {
    Series series;
    for (auto& [key, text] : labels) series.label.push_back({key, std::move(text)});
    if (spec.type == MetricType::kCounter) series.counter.value = value;
    if (spec.type == MetricType::kGauge) series.gauge.value = value;
    return series;
}

bool before(const Series& a, const Series& b) {
    return a.label < b.label;
}

/// Sorted, and each label set once: a second one would make the whole scrape fail.
std::vector<Series> tidy(std::vector<Series> all) {
    std::sort(all.begin(), all.end(), before);
    const auto same = [](const Series& a, const Series& b) { return a.label == b.label; };
    all.erase(std::unique(all.begin(), all.end(), same), all.end());
    return all;
}

/// Both tidy; of a series that is in both, the kept one.
std::vector<Series> united(std::vector<Series> kept, std::vector<Series> sampled) {
    std::vector<Series> all;
    all.reserve(kept.size() + sampled.size());
    std::set_union(std::move_iterator(kept.begin()), std::move_iterator(kept.end()),
                   std::move_iterator(sampled.begin()), std::move_iterator(sampled.end()),
                   std::back_inserter(all), before);
    return all;
}

}  // namespace

class PrometheusMetrics::Families {
  public:
    /// Where a value goes: the metric and the labels of its series.
    struct Place {
        Kept* metric;
        Labels labels;
    };

    Families(ports::Log& log, MetricLimits limits);

    std::optional<Place> place(std::string_view name, MetricType type,
                               std::initializer_list<ports::Label> labels);
    void drop(std::string_view metric, const char* reason);
    void collect(std::function<std::vector<ports::Sample>()> collector);
    std::string text();

  private:
    /// What the collectors answered at one scrape.
    struct Scrape {
        std::map<std::string_view, std::vector<Series>> series;
        std::set<std::string_view> oversized;
    };

    std::optional<Place> admit(Kept& metric, Labels labels);
    void take(const ports::Sample& sample, Scrape& out);
    Scrape scrape();
    prometheus::MetricFamily family(Kept& metric, std::vector<Series> sampled);

    ports::Log& log_;
    const MetricLimits limits_;
    std::map<std::string_view, Kept> kept_;  // never changes its shape once built
    std::mutex mutex_;                       // guards Kept::known and what follows
    std::set<std::string> complaints_;
    std::vector<std::function<std::vector<ports::Sample>()>> collectors_;
};

PrometheusMetrics::Families::Families(ports::Log& log, MetricLimits limits)
    : log_(log), limits_(limits) {
    for (const MetricSpec& spec : metric_specs()) {
        Kept& metric = kept_.try_emplace(spec.name, spec).first->second;
        const bool sampled = spec.name.starts_with("process_");
        if (spec.type == MetricType::kCounter && spec.labels.empty() && !sampled)
            metric.counters.Add({});
    }
}

void PrometheusMetrics::Families::drop(std::string_view metric, const char* reason) {
    const std::string shown(kept_.contains(metric) ? metric : "unknown");
    kept_.at(kMetricsDropped).counters.Add({{"metric", shown}, {"reason", reason}}).Increment();
    {
        const std::lock_guard lock(mutex_);
        if (complaints_.size() >= kComplaintLimit) return;
        if (!complaints_.insert(core::concat(metric, " ", reason)).second) return;
    }
    log_.warn("metric dropped", {{"metric", std::string(metric)}, {"reason", reason}});
}

std::optional<PrometheusMetrics::Families::Place> PrometheusMetrics::Families::place(
    std::string_view name, MetricType type, std::initializer_list<ports::Label> labels) {
    const auto it = kept_.find(name);
    const bool known = it != kept_.end();
    if (!known || it->second.spec->type != type) {
        drop(name, known ? "wrong type" : "unknown name");
        return std::nullopt;
    }
    auto fitting = labels_for(*it->second.spec, labels);
    if (!fitting) {
        drop(name, "wrong labels");
        return std::nullopt;
    }
    return admit(it->second, std::move(*fitting));
}

std::optional<PrometheusMetrics::Families::Place> PrometheusMetrics::Families::admit(
    Kept& metric, Labels labels) {
    {
        const std::lock_guard lock(mutex_);
        const bool room = metric.known.size() < limits_.kept;
        if (room) metric.known.insert(labels);
        if (room || metric.known.contains(labels)) return Place{&metric, std::move(labels)};
    }
    drop(metric.spec->name, "too many series");
    if (metric.spec->type == MetricType::kGauge)
        return std::nullopt;  // folding gauges means nothing
    return Place{&metric, folded(*metric.spec)};
}

void PrometheusMetrics::Families::collect(std::function<std::vector<ports::Sample>()> collector) {
    const std::lock_guard lock(mutex_);
    collectors_.push_back(std::move(collector));
}

void PrometheusMetrics::Families::take(const ports::Sample& sample, Scrape& out) {
    const auto it = kept_.find(sample.name);
    if (it == kept_.end()) return drop(sample.name, "unknown name");
    const MetricSpec& spec = *it->second.spec;
    if (spec.type == MetricType::kHistogram) return drop(sample.name, "wrong type");
    auto labels = labels_for(spec, sample.labels);
    if (!labels) return drop(sample.name, "wrong labels");
    std::vector<Series>& series = out.series[spec.name];
    if (series.size() < limits_.sampled)
        series.push_back(series_of(spec, std::move(*labels), sample.value));
    else
        out.oversized.insert(spec.name);
}

PrometheusMetrics::Families::Scrape PrometheusMetrics::Families::scrape() {
    std::vector<std::function<std::vector<ports::Sample>()>> collectors;
    {
        const std::lock_guard lock(mutex_);
        collectors = collectors_;
    }
    Scrape out;
    for (const auto& collector : collectors)
        for (const ports::Sample& sample : collector()) take(sample, out);
    const MetricSpec& oversized = *kept_.at(kMetricsOversized).spec;
    for (const std::string_view metric : out.oversized)
        out.series[oversized.name].push_back(
            series_of(oversized, {{"metric", std::string(metric)}}, 1));
    return out;
}

prometheus::MetricFamily PrometheusMetrics::Families::family(Kept& metric,
                                                             std::vector<Series> sampled) {
    std::vector<Series> kept;
    for (const prometheus::Collectable* family : metric.families())
        for (prometheus::MetricFamily& one : family->Collect())
            std::ranges::move(one.metric, std::back_inserter(kept));
    return {metric.name(), metric.help(), type_of(metric.spec->type),
            united(tidy(std::move(kept)), tidy(std::move(sampled)))};
}

std::string PrometheusMetrics::Families::text() {
    Scrape sampled = scrape();
    std::ostringstream out;
    const prometheus::TextSerializer serializer;
    for (const MetricSpec& spec : metric_specs()) {
        auto node = sampled.series.extract(spec.name);
        const prometheus::MetricFamily one =
            family(kept_.at(spec.name), node ? std::move(node.mapped()) : std::vector<Series>{});
        if (!one.metric.empty()) serializer.Serialize(out, {one});
    }
    return std::move(out).str();
}

PrometheusMetrics::PrometheusMetrics(ports::Log& log, MetricLimits limits)
    : families_(std::make_unique<Families>(log, limits)) {
    set(kBuildInfo, {{"version", STACKSEAL_VERSION}}, 1);
    collect(sample_process);
}

PrometheusMetrics::~PrometheusMetrics() = default;

void PrometheusMetrics::count(std::string_view name, std::initializer_list<ports::Label> labels,
                              double by) {
    if (!std::isfinite(by) || by < 0) return families_->drop(name, "not a positive number");
    if (const auto at = families_->place(name, MetricType::kCounter, labels))
        at->metric->counters.Add(at->labels).Increment(by);
}

void PrometheusMetrics::set(std::string_view name, std::initializer_list<ports::Label> labels,
                            double value) {
    if (const auto at = families_->place(name, MetricType::kGauge, labels))
        at->metric->gauges.Add(at->labels).Set(value);
}

void PrometheusMetrics::observe(std::string_view name, std::initializer_list<ports::Label> labels,
                                double value) {
    if (!std::isfinite(value)) return families_->drop(name, "not a number");
    if (const auto at = families_->place(name, MetricType::kHistogram, labels))
        at->metric->histograms.Add(at->labels, at->metric->spec->buckets).Observe(value);
}

void PrometheusMetrics::collect(std::function<std::vector<ports::Sample>()> collector) {
    families_->collect(std::move(collector));
}

std::string PrometheusMetrics::text() {
    return families_->text();
}

}  // namespace stackseal::observe
