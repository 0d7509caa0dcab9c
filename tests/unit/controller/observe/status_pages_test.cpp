// SPDX-License-Identifier: Apache-2.0
// The routes as a table.
#include "controller/observe/status_pages.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "tests/support/fakes.hpp"

namespace stackseal::observe {
namespace {

TEST(StatusPages, Table) {
    tests::MemoryLog log;
    Health health(log);
    health.add(Probe::kLive, "ping", [] { return core::Result<void>(); });
    health.add(Probe::kReady, "caches", [] {
        return core::Result<void>(core::Error{core::Code::kUnavailable, "no listing yet"});
    });
    health.add(Probe::kReady, "lease", [] { return core::Result<void>(); });
    const StatusPages pages{[](Dialect) { return std::string("# metrics\n"); }, &health};
    const std::string failed =
        "[-]caches failed: the reason stands in the log\n[+]lease ok\nreadyz check failed\n";
    struct Row {
        std::string_view method, path, query;
        int status;
        std::string body;
    };
    const std::vector<Row> rows = {
        {"GET", "/metrics", "", 200, "# metrics\n"},
        {"HEAD", "/metrics", "", 200, "# metrics\n"},
        {"GET", "/livez", "", 200, "ok\n"},
        {"GET", "/livez", "verbose", 200, "[+]ping ok\nlivez check passed\n"},
        {"GET", "/livez", "verbose=true&x=1", 200, "[+]ping ok\nlivez check passed\n"},
        {"GET", "/livez/", "", 200, "ok\n"},
        {"GET", "/healthz", "verbose", 200, "[+]ping ok\nhealthz check passed\n"},
        {"GET", "/healthz/ping", "", 200, "ok\n"},
        {"GET", "/readyz", "", 500, failed},
        {"GET", "/readyz", "exclude=caches", 200, "ok\n"},
        {"GET", "/readyz", "exclude=lease&exclude=caches", 200, "ok\n"},
        {"GET", "/readyz", "exclude", 500, failed},
        {"GET", "/readyz/lease", "", 200, "ok\n"},
        {"GET", "/readyz/ping", "", 404, "no such check in readyz\n"},
        {"GET", "/readyz/lease/x", "", 404, "no such check in readyz\n"},
        {"GET", "/readyzz", "", 404, "no such page\n"},
        {"GET", "/nothing", "", 404, "no such page\n"},
        {"GET", "", "", 404, "no such page\n"},
        {"GET", "*", "", 404, "no such page\n"},
        {"GET", "/metrics/", "", 404, "no such page\n"},
        {"POST", "/metrics", "", 405, "only GET and HEAD\n"},
        {"PUT", "/nothing", "", 405, "only GET and HEAD\n"},
        {"get", "/livez", "", 405, "only GET and HEAD\n"},
    };
    for (const Row& row : rows) {
        const StatusAnswer got = answer({row.method, row.path, row.query}, pages);
        EXPECT_EQ(got.status, row.status) << row.method << " " << row.path << "?" << row.query;
        EXPECT_EQ(got.body, row.body) << row.method << " " << row.path << "?" << row.query;
    }
}

TEST(StatusPages, NamesTheTypeOfMetricsAndThePages) {
    tests::MemoryLog log;
    Health health(log);
    const StatusPages pages{[](Dialect d) { return std::string(content_type(d)); }, &health};
    EXPECT_EQ(answer({"GET", "/metrics", ""}, pages).type,
              "text/plain; version=0.0.4; charset=utf-8");
    const StatusAnswer open =
        answer({"GET", "/metrics", "", "application/openmetrics-text"}, pages);
    EXPECT_EQ(open.type, "application/openmetrics-text; version=1.0.0; charset=utf-8");
    EXPECT_EQ(open.body, open.type);
    EXPECT_EQ(answer({"GET", "/livez", ""}, pages).type, "text/plain; charset=utf-8");
    EXPECT_EQ(answer({"GET", "/", ""}, pages).body,
              "stackseal " STACKSEAL_VERSION "\n/metrics\n/livez\n/readyz\n");
}

}  // namespace
}  // namespace stackseal::observe
