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

#include "controller/core/concat.hpp"
#include "controller/observe/metric_names.hpp"
#include "controller/observe/process_metrics.hpp"
#include "controller/observe/sampled_series.hpp"
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
constexpr std::size_t kKeptBytes = 64U << 10U;  // of the kept series' text, roughly

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

/// Sorted, so that two scrapes of the same state are the same text.
std::vector<Series> sorted(std::vector<Series> all) {
    std::ranges::sort(all, {}, &Series::label);
    return all;
}

/// The label texts of series, sorted.
std::vector<std::string> label_texts(const std::vector<Series>& all) {
    std::vector<std::string> texts;
    for (const Series& series : all) {
        Labels labels;
        for (const auto& label : series.label) labels.emplace(label.name, label.value);
        texts.push_back(label_text(labels));
    }
    std::ranges::sort(texts);
    return texts;
}

std::string head_of(const MetricSpec& spec) {
    return core::concat("# HELP ", spec.name, " ", spec.help, "\n# TYPE ", spec.name, " ",
                        spec.type == MetricType::kCounter ? "counter" : "gauge", "\n");
}

std::string in_dialect(std::string text, Dialect dialect) {
    return dialect == Dialect::kText ? std::move(text) : to_open_metrics(text);
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
    void collect(ports::Collector collector);
    std::string text(Dialect dialect);

  private:
    /// What the collectors answered at one scrape.
    struct Scrape {
        std::map<std::string_view, SampledSeries> series;
        std::set<std::string_view> oversized;
    };

    std::optional<Place> admit(Kept& metric, Labels labels);
    void take(const ports::Sample& sample, Scrape& out);
    Scrape scrape();
    std::vector<Series> kept_series(const Kept& metric) const;
    void write(const MetricSpec& spec, Scrape& sampled, Dialect dialect, std::string& out) const;

    ports::Log& log_;
    const MetricLimits limits_;
    std::map<std::string_view, Kept> kept_;  // never changes its shape once built
    std::mutex mutex_;                       // guards Kept::known and what follows
    std::set<std::string> complaints_;
    std::vector<ports::Collector> collectors_;
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

void PrometheusMetrics::Families::collect(ports::Collector collector) {
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
    SampledSeries& series = out.series.try_emplace(spec.name, spec.name).first->second;
    if (series.size() < limits_.sampled)
        series.add(*labels, sample.value);
    else
        out.oversized.insert(spec.name);
}

PrometheusMetrics::Families::Scrape PrometheusMetrics::Families::scrape() {
    std::vector<ports::Collector> collectors;
    {
        const std::lock_guard lock(mutex_);
        collectors = collectors_;
    }
    Scrape out;
    for (const auto& collector : collectors)
        collector([&](const ports::Sample& sample) { take(sample, out); });
    SampledSeries oversized(kMetricsOversized);
    for (const std::string_view metric : out.oversized)
        oversized.add({{"metric", std::string(metric)}}, 1);
    if (oversized.size() > 0) out.series.insert_or_assign(kMetricsOversized, std::move(oversized));
    return out;
}

std::vector<Series> PrometheusMetrics::Families::kept_series(const Kept& metric) const {
    std::vector<Series> kept;
    for (const prometheus::Collectable* family : metric.families())
        for (prometheus::MetricFamily& one : family->Collect())
            std::ranges::move(one.metric, std::back_inserter(kept));
    return sorted(std::move(kept));
}

/// Of a series that is kept and sampled, the kept one is shown.
void PrometheusMetrics::Families::write(const MetricSpec& spec, Scrape& sampled, Dialect dialect,
                                        std::string& out) const {
    const Kept& metric = kept_.at(spec.name);
    const prometheus::MetricFamily kept{metric.name(), metric.help(), type_of(spec.type),
                                        kept_series(metric)};
    if (!kept.metric.empty())
        out += in_dialect(prometheus::TextSerializer().Serialize({kept}), dialect);
    auto node = sampled.series.extract(spec.name);
    if (!node) return;
    if (kept.metric.empty()) out += in_dialect(head_of(spec), dialect);
    node.mapped().write_to(out, label_texts(kept.metric));
}

std::string PrometheusMetrics::Families::text(Dialect dialect) {
    Scrape sampled = scrape();
    std::size_t expected = kKeptBytes;
    for (const auto& [name, series] : sampled.series) expected += series.bytes();
    std::string out;
    out.reserve(expected);
    for (const MetricSpec& spec : metric_specs()) write(spec, sampled, dialect, out);
    if (dialect == Dialect::kOpenMetrics) out += "# EOF\n";
    return out;
}

PrometheusMetrics::PrometheusMetrics(ports::Log& log, MetricLimits limits)
    : families_(std::make_unique<Families>(log, limits)) {
    set(kBuildInfo, {{"version", STACKSEAL_VERSION}}, 1);
    collect(ports::showing(sample_process));
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

void PrometheusMetrics::collect(ports::Collector collector) {
    families_->collect(std::move(collector));
}

std::string PrometheusMetrics::text(Dialect dialect) {
    return families_->text(dialect);
}

}  // namespace stackseal::observe
