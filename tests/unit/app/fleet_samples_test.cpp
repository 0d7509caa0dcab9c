// SPDX-License-Identifier: Apache-2.0
// Where single Certificates are not shown, these counts are all that an alert can be made of.
#include "app/fleet_samples.hpp"

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "controller/api/names.hpp"
#include "tests/unit/app/held_objects.hpp"

namespace stackseal::app {
namespace {

using std::chrono::seconds;

/// Renewed at 600 and ended at 1600 seconds of the epoch.
api::Certificate certificate(const char* ready, int failures = 0) {
    api::Certificate out;
    out.meta.space = "openstack";
    out.status.renewal_time = core::Time(seconds(600));
    out.status.not_after = core::Time(seconds(1600));
    out.status.failed_attempts = failures;
    out.status.conditions = {{.type = std::string(api::kReady), .status = ready}};
    return out;
}

TEST(FleetState, IsTheWorstThatHolds) {
    struct Row {
        std::string ready;
        int failures;
        int now;
        std::string_view state;
    };
    const std::vector<Row> rows = {
        {"True", 0, 0, "ready"},
        {"True", 2, 600, "ready"},
        {"False", 2, 600, "not_ready"},
        {"Unknown", 0, 600, "not_ready"},
        {"True", 3, 600, "failing"},
        {"False", 3, 600, "failing"},
        {"True", 0, 601, "renewal_missed"},
        {"False", 9, 1299, "renewal_missed"},
        {"True", 0, 1300, "expiring"},
        {"True", 0, 1599, "expiring"},
        {"True", 0, 1600, "expired"},
        {"False", 9, 2000, "expired"},
    };
    for (const Row& row : rows)
        EXPECT_EQ(
            fleet_state(certificate(row.ready.c_str(), row.failures), core::Time(seconds(row.now))),
            row.state)
            << row.now << " " << row.ready << " " << row.failures;
}

TEST(FleetState, WithoutATimeOfRenewalNothingIsLate) {
    api::Certificate one = certificate("True");
    one.status.renewal_time = std::nullopt;
    EXPECT_EQ(fleet_state(one, core::Time(seconds(1599))), "ready");
    one.status.conditions.clear();
    EXPECT_EQ(fleet_state(one, core::Time(seconds(1599))), "not_ready");
}

TEST(FleetState, AWindowWithoutLengthEndsWithTheCertificate) {
    api::Certificate one = certificate("True");
    one.status.renewal_time = one.status.not_after;
    EXPECT_EQ(fleet_state(one, core::Time(seconds(1599))), "ready");
    EXPECT_EQ(fleet_state(one, core::Time(seconds(1600))), "expired");
}

TEST(ShowFleet, CountsEveryStateOfEachNamespace) {
    tests::HeldObjects cache;
    for (const auto* const name : {"a", "b"}) cache.hold(certificate("True"), name);
    cache.hold(certificate("False"), "c");
    api::Certificate elsewhere = certificate("True");
    elsewhere.meta.space = "nova";
    cache.hold(elsewhere, "a");
    std::map<std::string, double> shown;
    show_fleet(cache, core::Time(seconds(0)), [&](const ports::Sample& sample) {
        EXPECT_EQ(sample.name, "stackseal_certificates");
        shown[sample.labels.at(0).second + " " + sample.labels.at(1).second] += sample.value;
    });
    EXPECT_EQ(shown.size(), 12U);
    EXPECT_EQ(shown["openstack ready"], 2);
    EXPECT_EQ(shown["openstack not_ready"], 1);
    EXPECT_EQ(shown["openstack expired"], 0);
    EXPECT_EQ(shown["nova ready"], 1);
}

}  // namespace
}  // namespace stackseal::app
