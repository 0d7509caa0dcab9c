// SPDX-License-Identifier: Apache-2.0
// Liveness fails with a stuck HTTP thread and readiness with an incomplete cache; both recover.
#include "app/checks.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "controller/http/cpprest_transport.hpp"
#include "controller/http/pool.hpp"
#include "tests/support/scripted_server.hpp"
#include "tests/unit/controller/kube/fake_api.hpp"

namespace stackseal::app {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Findings = std::vector<observe::Finding>;

TEST(Checks, ThePoolIsLiveUntilItsThreadIsStuck) {
    http::start_pool();
    tests::MemoryLog log;
    observe::Health health(log);
    add_pool_check(health, milliseconds(10'000));
    EXPECT_EQ(health.examine(observe::Probe::kLive), (Findings{{"http-pool", true}}));
    EXPECT_TRUE(health.examine(observe::Probe::kReady).empty());

    observe::Health impatient(log);
    add_pool_check(impatient, milliseconds(50));
    tests::Gate stuck;
    http::post([&] { stuck.wait(); });
    EXPECT_EQ(impatient.examine(observe::Probe::kLive), (Findings{{"http-pool", false}}));
    EXPECT_THAT(log.lines(), ElementsAre(HasSubstr("the HTTP library's thread is stuck")));
    stuck.open();
    EXPECT_EQ(health.examine(observe::Probe::kLive), (Findings{{"http-pool", true}}));
}

TEST(Checks, TheCachesAreReadyOnceAllAreComplete) {
    kube::Rig rig;
    kube::FakeApi api(rig.transport);
    observe::Health health(rig.log);
    kube::KubeCluster cluster(
        {rig.client, rig.client, rig.clock, rig.log, rig.metrics, rig.inspector}, {});
    add_cache_check(health, cluster);
    std::stop_source stop;
    cluster.start(stop.get_token());
    for (const char* watch : {"certificates", "issuers", "namespaces", "foreign"})
        api.push(watch, kube::marker_at(9));
    EXPECT_EQ(health.examine(observe::Probe::kReady), (Findings{{"caches", false}}));
    EXPECT_THAT(rig.log.lines(), ::testing::Contains(HasSubstr("secrets")));
    api.push("secrets", kube::marker_at(9));
    ASSERT_TRUE(cluster.wait_synced(milliseconds(10'000)));
    EXPECT_EQ(health.examine(observe::Probe::kReady), (Findings{{"caches", true}}));
    stop.request_stop();
}

}  // namespace
}  // namespace stackseal::app
