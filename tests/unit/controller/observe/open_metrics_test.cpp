// SPDX-License-Identifier: Apache-2.0
// Which dialect a scraper gets, and what differs in it. That the whole is OpenMetrics is judged by
// the e2e stage with a parser that is not ours.
#include "controller/observe/open_metrics.hpp"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace stackseal::observe {
namespace {

TEST(Preferred, FollowsTheWeights) {
    using enum Dialect;
    const std::vector<std::pair<std::string_view, Dialect>> rows = {
        {"", kText},
        {"*/*", kText},
        {"text/plain", kText},
        {"text/html", kText},
        {"application/openmetrics-text", kOpenMetrics},
        {"application/openmetrics-text; version=1.0.0; charset=utf-8", kOpenMetrics},
        {"application/openmetrics-text;version=0.0.1", kText},
        // What Prometheus 2.42 sends.
        {"application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;"
         "q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
         kOpenMetrics},
        {"text/plain;version=0.0.4;q=0.5, application/openmetrics-text;q=0.4", kText},
        {"text/plain;q=0.5,application/openmetrics-text;q=0.5", kOpenMetrics},
        {"application/openmetrics-text;q=0", kText},
        {"application/openmetrics-text;q=much", kText},
        {" application/openmetrics-text ; q=0.9 , text/* ; q=0.3", kOpenMetrics},
        {",,;q,=;=,", kText},
    };
    for (const auto& [accept, wanted] : rows) EXPECT_EQ(preferred(accept), wanted) << accept;
}

TEST(ToOpenMetrics, NamesCountersWithoutTheirSuffixAndBoundsAsFloats) {
    EXPECT_EQ(to_open_metrics("# HELP a_total Of a_total things.\n# TYPE a_total counter\n"
                              "a_total{x=\"# TYPE b_total\"} 1\n"),
              "# HELP a Of a_total things.\n# TYPE a counter\na_total{x=\"# TYPE b_total\"} 1\n");
    EXPECT_EQ(to_open_metrics("# TYPE h histogram\nh_bucket{le=\"1\"} 2\nh_bucket{le=\"0.5\"} 1\n"
                              "h_bucket{le=\"1e-08\"} 0\nh_bucket{le=\"+Inf\"} 3\nh_count 3\n"),
              "# TYPE h histogram\nh_bucket{le=\"1.0\"} 2\nh_bucket{le=\"0.5\"} 1\n"
              "h_bucket{le=\"1e-08\"} 0\nh_bucket{le=\"+Inf\"} 3\nh_count 3\n");
    EXPECT_EQ(to_open_metrics(""), "");
    EXPECT_EQ(to_open_metrics("cut_total 1"), "cut_total 1");
}

}  // namespace
}  // namespace stackseal::observe
