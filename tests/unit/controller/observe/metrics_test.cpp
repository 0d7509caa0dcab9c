// SPDX-License-Identifier: Apache-2.0
// What goes in comes out as a scrape that a server accepts, and nothing else gets in.
#include "controller/observe/metrics.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <latch>
#include <thread>

#include "controller/observe/metric_names.hpp"
#include "tests/support/fakes.hpp"
#include "tests/unit/controller/observe/exposition.hpp"

namespace stackseal::observe {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using tests::Exposition;
using tests::read_exposition;

constexpr auto kReconciles = "controller_runtime_reconcile_total";
constexpr auto kTimes = "controller_runtime_reconcile_time_seconds";
constexpr auto kDepth = "workqueue_depth";
constexpr auto kNotAfter = "stackseal_certificate_not_after_timestamp_seconds";

class MetricsTest : public testing::Test {
  protected:
    Exposition scrape(PrometheusMetrics& metrics) {
        Exposition e = read_exposition(metrics.text());
        EXPECT_THAT(e.faults, IsEmpty());
        return e;
    }
    tests::MemoryLog log_;
    PrometheusMetrics metrics_{log_};
};

TEST_F(MetricsTest, CountsByLabels) {
    metrics_.count(kReconciles, {{"controller", "certificate"}, {"result", "success"}});
    metrics_.count(kReconciles, {{"result", "success"}, {"controller", "certificate"}}, 2.5);
    metrics_.count(kReconciles, {{"controller", "issuer"}, {"result", "error"}}, 0);
    const Exposition e = scrape(metrics_);
    EXPECT_EQ(e.types.at(kReconciles), "counter");
    EXPECT_EQ(e.value(kReconciles, {{"controller", "certificate"}, {"result", "success"}}), 3.5);
    EXPECT_EQ(e.value(kReconciles, {{"controller", "issuer"}, {"result", "error"}}), 0);
}

TEST_F(MetricsTest, SetsTheLastValue) {
    metrics_.set(kDepth, {{"name", "main"}, {"controller", "certificate"}}, 7);
    metrics_.set(kDepth, {{"name", "main"}, {"controller", "certificate"}}, -3);
    EXPECT_EQ(scrape(metrics_).value(kDepth, {{"name", "main"}, {"controller", "certificate"}}),
              -3);
}

TEST_F(MetricsTest, ObservesIntoBuckets) {
    for (const double seconds : {0.001, 0.3, 99.0})
        metrics_.observe(kTimes, {{"controller", "issuer"}}, seconds);
    const Exposition e = scrape(metrics_);
    const auto bucket = [&](const char* le) {
        return e.value(std::string(kTimes) + "_bucket", {{"controller", "issuer"}, {"le", le}});
    };
    EXPECT_EQ(bucket("0.005"), 1);
    EXPECT_EQ(bucket("60"), 2);
    EXPECT_EQ(bucket("+Inf"), 3);
    EXPECT_EQ(e.value(std::string(kTimes) + "_count", {{"controller", "issuer"}}), 3);
}

TEST_F(MetricsTest, AsksCollectorsAtEachScrapeAndKeepsNothing) {
    double end = 1'800'000'000;
    metrics_.collect(ports::showing([&] {
        return std::vector<ports::Sample>{{kNotAfter,
                                           {{"namespace", "openstack"},
                                            {"name", "keystone"},
                                            {"issuer_kind", "Issuer"},
                                            {"issuer_namespace", "openstack"},
                                            {"issuer", "internal"}},
                                           end}};
    }));
    const tests::ShownLabels labels = {{"namespace", "openstack"},
                                       {"name", "keystone"},
                                       {"issuer_kind", "Issuer"},
                                       {"issuer_namespace", "openstack"},
                                       {"issuer", "internal"}};
    EXPECT_EQ(scrape(metrics_).value(kNotAfter, labels), 1'800'000'000);
    end += 1;
    EXPECT_EQ(scrape(metrics_).value(kNotAfter, labels), 1'800'000'001);
}

TEST_F(MetricsTest, ShowsEachSeriesOnceWhenCollectorsRepeatIt) {
    metrics_.set("stackseal_clock_skew_seconds", {}, 1);
    metrics_.collect(ports::showing([] {
        return std::vector<ports::Sample>{{"stackseal_clock_skew_seconds", {}, 2},
                                          {"stackseal_clock_skew_seconds", {}, 3}};
    }));
    EXPECT_EQ(scrape(metrics_).value("stackseal_clock_skew_seconds"), 1);
}

TEST_F(MetricsTest, EscapesAndCleansLabelValues) {
    struct Row {
        std::string given, shown;
    };
    const std::vector<Row> rows = {
        {"plain", "plain"},
        {"a\"b\\c", "a\"b\\c"},
        {"two\nlines", "two\nlines"},
        {"} 1\nforged_total 1", "} 1\nforged_total 1"},
        {std::string("nul\0", 4), "nul\uFFFD"},
        {"\x1b[31mred", "\uFFFD[31mred"},
        {"\xff\xfe", "\uFFFD\uFFFD"},
        {"Grüße", "Grüße"},
        {std::string(300, 'x'), std::string(256, 'x')},
        {std::string(255, 'x') + "ü", std::string(255, 'x')},
    };
    for (const Row& row : rows) {
        PrometheusMetrics metrics(log_);
        metrics.count("stackseal_kube_lists_total", {{"resource", row.given}});
        const Exposition e = scrape(metrics);
        EXPECT_EQ(e.value("stackseal_kube_lists_total", {{"resource", row.shown}}), 1) << row.given;
        EXPECT_FALSE(e.types.contains("forged_total"));
    }
}

TEST_F(MetricsTest, DropsWhatIsNotInTheTableAndSaysSoOnce) {
    const auto misuse = [&] {
        metrics_.count("nothing_total", {});
        metrics_.set(kReconciles, {{"controller", "a"}, {"result", "b"}}, 1);
        metrics_.count(kReconciles, {{"controller", "a"}});
        metrics_.count(kReconciles, {{"controller", "a"}, {"name", "b"}});
        metrics_.observe(kTimes, {{"controller", "a"}}, NAN);
        metrics_.count(kReconciles, {{"controller", "a"}, {"result", "b"}}, -1);
    };
    misuse();
    misuse();
    EXPECT_THAT(
        log_.lines(),
        ElementsAre("metric dropped metric=nothing_total reason=unknown name",
                    "metric dropped metric=controller_runtime_reconcile_total reason=wrong type",
                    "metric dropped metric=controller_runtime_reconcile_total reason=wrong labels",
                    HasSubstr("not a number"), HasSubstr("not a positive number")));
    const Exposition e = scrape(metrics_);
    EXPECT_FALSE(e.types.contains(kReconciles));
    EXPECT_FALSE(e.types.contains("nothing_total"));
    const std::string dropped(kMetricsDropped);
    EXPECT_EQ(e.value(dropped, {{"metric", kReconciles}, {"reason", "wrong labels"}}), 4);
    EXPECT_EQ(e.value(dropped, {{"metric", "unknown"}, {"reason", "unknown name"}}), 2);
}

TEST_F(MetricsTest, DropsBadSamplesOfCollectors) {
    metrics_.collect(ports::showing([] {
        return std::vector<ports::Sample>{
            {"nothing", {}, 1}, {kTimes, {{"controller", "a"}}, 1}, {kDepth, {{"name", "a"}}, 1}};
    }));
    const Exposition e = scrape(metrics_);
    EXPECT_FALSE(e.types.contains(kTimes));
    EXPECT_FALSE(e.types.contains(kDepth));
    EXPECT_THAT(log_.lines(), testing::SizeIs(3));
}

TEST_F(MetricsTest, FoldsCountersBeyondTheLimit) {
    PrometheusMetrics metrics(log_, {.kept = 3});
    for (int i = 0; i < 10; ++i)
        metrics.count("stackseal_kube_lists_total", {{"resource", std::to_string(i)}});
    metrics.count("stackseal_kube_lists_total", {{"resource", "0"}});
    const Exposition e = scrape(metrics);
    EXPECT_EQ(e.samples.at("stackseal_kube_lists_total").size(), 4U);
    EXPECT_EQ(e.value("stackseal_kube_lists_total", {{"resource", "other"}}), 7);
    EXPECT_EQ(e.value("stackseal_kube_lists_total", {{"resource", "0"}}), 2);
}

TEST_F(MetricsTest, DropsGaugesBeyondTheLimit) {
    PrometheusMetrics metrics(log_, {.kept = 2});
    for (int i = 0; i < 5; ++i)
        metrics.set("stackseal_kube_cache_objects", {{"resource", std::to_string(i)}}, i);
    EXPECT_EQ(scrape(metrics).samples.at("stackseal_kube_cache_objects").size(), 2U);
}

TEST_F(MetricsTest, CutsSamplesBeyondTheLimitAndTells) {
    PrometheusMetrics metrics(log_, {.sampled = 4});
    int objects = 9;
    metrics.collect(ports::showing([&] {
        std::vector<ports::Sample> out;
        for (int i = 0; i < objects; ++i)
            out.push_back({"stackseal_kube_cache_objects", {{"resource", std::to_string(i)}}, 1});
        return out;
    }));
    const std::string oversized(kMetricsOversized);
    Exposition e = scrape(metrics);
    EXPECT_EQ(e.samples.at("stackseal_kube_cache_objects").size(), 4U);
    EXPECT_EQ(e.value(oversized, {{"metric", "stackseal_kube_cache_objects"}}), 1);
    objects = 4;
    e = scrape(metrics);
    EXPECT_EQ(e.samples.at("stackseal_kube_cache_objects").size(), 4U);
    EXPECT_FALSE(e.types.contains(oversized));
}

TEST_F(MetricsTest, ShowsTheVersionAndTheProcess) {
    const Exposition e = scrape(metrics_);
    EXPECT_EQ(e.value(std::string(kBuildInfo), {{"version", STACKSEAL_VERSION}}), 1);
    EXPECT_GT(e.value("process_resident_memory_bytes"), 1'000'000);
    EXPECT_GT(e.value("process_virtual_memory_bytes"), e.value("process_resident_memory_bytes"));
    EXPECT_GE(e.value("process_threads"), 1);
    EXPECT_GE(e.value("process_open_fds"), 3);
    EXPECT_GT(e.value("process_start_time_seconds"), 1'700'000'000);
}

TEST_F(MetricsTest, EveryMetricOfTheTableCanBeShown) {
    metrics_.collect(ports::showing([] {
        std::vector<ports::Sample> all;
        for (const MetricSpec& spec : metric_specs()) {
            if (spec.type == MetricType::kHistogram) continue;
            ports::Sample sample{.name = spec.name, .value = 1};
            for (const std::string_view label : spec.labels) sample.labels.emplace_back(label, "x");
            all.push_back(std::move(sample));
        }
        return all;
    }));
    const Exposition e = scrape(metrics_);
    for (const MetricSpec& spec : metric_specs()) {
        const bool shown = e.types.contains(std::string(spec.name));
        EXPECT_EQ(shown, spec.type != MetricType::kHistogram) << spec.name;
    }
    EXPECT_THAT(log_.lines(), IsEmpty());
}

TEST_F(MetricsTest, TakesValuesFromManyThreadsWhileItIsScraped) {
    constexpr int kThreads = 4;
    constexpr int kEach = 500;
    std::latch start(kThreads + 1);
    std::vector<std::jthread> threads;
    for (int t = 0; t < kThreads; ++t)
        threads.emplace_back([&] {
            start.arrive_and_wait();
            for (int i = 0; i < kEach; ++i) {
                metrics_.count("stackseal_kube_lists_total", {{"resource", std::to_string(i % 7)}});
                metrics_.observe(kTimes, {{"controller", "issuer"}}, 0.1);
            }
        });
    start.arrive_and_wait();
    for (int i = 0; i < 20; ++i) EXPECT_FALSE(metrics_.text().empty());
    threads.clear();
    double sum = 0;
    const Exposition e = scrape(metrics_);
    for (const auto& [labels, value] : e.samples.at("stackseal_kube_lists_total")) sum += value;
    EXPECT_EQ(sum, kThreads * kEach);
    EXPECT_EQ(e.value(std::string(kTimes) + "_count", {{"controller", "issuer"}}),
              kThreads * kEach);
}

}  // namespace
}  // namespace stackseal::observe
