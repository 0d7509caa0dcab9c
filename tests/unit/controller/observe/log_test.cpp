// SPDX-License-Identifier: Apache-2.0
// Lines reach standard error, whole and filtered by level.
#include "controller/observe/log.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <thread>
#include <vector>

#include "tests/support/fakes.hpp"

namespace stackseal::observe {
namespace {

core::Instant log_time() {
    return core::Instant(std::chrono::milliseconds(1'800'000'000'000));
}

TEST(Log, WritesWhatIsImportantEnough) {
    tests::FakeClock clock(log_time());
    testing::internal::CaptureStderr();
    StructuredLog log({.level = ports::Level::kWarning}, clock);
    log.debug("one");
    log.info("two");
    log.warn("three", {{"name", "keystone"}});
    log.error("four {} %v");
    EXPECT_EQ(testing::internal::GetCapturedStderr(),
              "2027-01-15T08:00:00.000000Z warning three name=keystone\n"
              "2027-01-15T08:00:00.000000Z error four {} %v\n");
}

TEST(Log, WritesJson) {
    tests::FakeClock clock(log_time());
    testing::internal::CaptureStderr();
    StructuredLog log({.format = LogFormat::kJson, .level = ports::Level::kDebug}, clock);
    log.debug("hello", {{"n", "1"}});
    EXPECT_EQ(testing::internal::GetCapturedStderr(),
              R"({"time":"2027-01-15T08:00:00.000000Z","level":"debug","msg":"hello","n":"1"})"
              "\n");
}

TEST(Log, KeepsLinesOfManyThreadsWhole) {
    tests::FakeClock clock(log_time());
    testing::internal::CaptureStderr();
    StructuredLog log({}, clock);
    {
        std::vector<std::jthread> threads;
        for (int t = 0; t < 4; ++t)
            threads.emplace_back([&] {
                for (int i = 0; i < 50; ++i) log.info("line", {{"value", std::string(500, 'x')}});
            });
    }
    std::istringstream lines(testing::internal::GetCapturedStderr());
    const std::string expected =
        "2027-01-15T08:00:00.000000Z info line value=" + std::string(500, 'x');
    int count = 0;
    for (std::string line; std::getline(lines, line); ++count) ASSERT_EQ(line, expected);
    EXPECT_EQ(count, 200);
}

}  // namespace
}  // namespace stackseal::observe
