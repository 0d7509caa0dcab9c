// SPDX-License-Identifier: Apache-2.0
// The whole inside over a directory, with the real metrics: what it issues, counts and refuses.
#include "app/engine.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/cluster_clock.hpp"
#include "app/log_events.hpp"
#include "controller/core/concat.hpp"
#include "controller/observe/metrics.hpp"
#include "tests/unit/controller/local/rig.hpp"
#include "tests/unit/controller/observe/exposition.hpp"

namespace stackseal::app {
namespace {

using local::tests::certificate_ref;
using local::tests::issuer_ref;
using local::tests::secret_ref;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kHierarchy = R"(apiVersion: stackseal.io/v1alpha1
kind: Issuer
metadata: {name: root}
spec: {authority: {commonName: Root}}
---
apiVersion: stackseal.io/v1alpha1
kind: Certificate
metadata: {name: api}
spec: {secretName: api-tls, dnsNames: [api.example.com], issuerRef: {name: root}}
---
apiVersion: stackseal.io/v1alpha1
kind: Certificate
metadata: {name: broker}
spec:
  secretName: broker-tls
  dnsNames: [broker.example.com]
  issuerRef: {name: root}
  privateKey: {algorithm: RSA}
)";

class EngineTest : public ::testing::Test {
  protected:
    EngineTest() { write(kHierarchy); }

    void write(const std::string& text) const {
        local::tests::write_file(rig_.manifest("all.yaml"), text);
    }
    /// One run to the end, as --once does it.
    void run(bool certificate_metrics = true) {
        rig_.stop();
        auto opened = local::LocalCluster::open(rig_.options, rig_.clock, rig_.log);
        ASSERT_TRUE(opened) << opened.error().message;
        rig_.cluster = *std::move(opened);
        ClusterClock clock(rig_.clock, [this] { return rig_.cluster->skew(); });
        LogEvents events(rig_.log);
        observe::PrometheusMetrics metrics(metrics_log_);
        pki::Inspector inspector;
        Engine engine({*rig_.cluster, *rig_.cluster, *rig_.cluster, events, clock, metrics,
                       rig_.log, inspector},
                      {.workers = 2,
                       .authority_space = rig_.options.authority_namespace,
                       .apply_window = std::chrono::seconds(0),
                       .certificate_metrics = certificate_metrics});
        ASSERT_TRUE(rig_.cluster->load());
        engine.start();
        ASSERT_TRUE(engine.run_until_idle(std::chrono::minutes(1)));
        engine.stop();
        shown_ = tests::read_exposition(metrics.text());
    }
    template <class T>
    std::string ready(const core::Ref& ref) {
        const auto object = rig_.get<T>(ref);
        const auto* condition = api::find_condition(object->status.conditions, "Ready");
        return condition == nullptr
                   ? "silent"
                   : condition->status + " " + condition->reason + ": " + condition->message;
    }
    std::string chain(const std::string& name) { return rig_.data(secret_ref(name), "tls.crt"); }
    double value(const std::string& name, const tests::ShownLabels& labels = {}) const {
        return shown_.value(name, labels).value_or(-1);
    }

    local::tests::Rig rig_;
    tests::MemoryLog metrics_log_;
    tests::Exposition shown_;
};

TEST_F(EngineTest, IssuesAHierarchy) {
    run();
    EXPECT_EQ(ready<api::Issuer>(issuer_ref("root")), "True Ready: the authority signs");
    for (const char* name : {"api", "broker"})
        EXPECT_THAT(ready<api::Certificate>(certificate_ref(name)), HasSubstr("True Ready"));
    EXPECT_THAT(chain("api-tls"), HasSubstr("BEGIN CERTIFICATE"));
}

TEST_F(EngineTest, NamesNoMetricThatTheTableDoesNotHave) {
    run();
    EXPECT_THAT(shown_.faults, IsEmpty());
    EXPECT_THAT(metrics_log_.lines(), IsEmpty()) << "each dropped sample is told";
    EXPECT_FALSE(shown_.types.contains("stackseal_metrics_dropped_total"));
}

TEST_F(EngineTest, ShowsSingleCertificatesUnlessTheyAreSwitchedOff) {
    for (const bool single : {true, false}) {
        run(single);
        for (const char* metric : {"ready", "info", "not_after_timestamp_seconds"})
            EXPECT_EQ(shown_.types.contains(core::concat("stackseal_certificate_", metric)),
                      single);
        EXPECT_EQ(value("stackseal_certificates", {{"namespace", "default"}, {"state", "ready"}}),
                  2);
        EXPECT_TRUE(shown_.types.contains("stackseal_issuer_ready"));
    }
}

TEST_F(EngineTest, CountsWhatItDid) {
    run();
    EXPECT_EQ(value("stackseal_certificate_issuance_total", {{"issuer_kind", "Issuer"},
                                                             {"issuer_namespace", "default"},
                                                             {"issuer", "root"},
                                                             {"result", "success"},
                                                             {"reason", "DoesNotExist"}}),
              3);
    EXPECT_EQ(value("stackseal_key_generation_duration_seconds_count", {{"algorithm", "RSA-2048"}}),
              1);
    EXPECT_EQ(
        value("stackseal_key_generation_duration_seconds_count", {{"algorithm", "ECDSA-384"}}), 1);
    EXPECT_EQ(value("stackseal_keys_pending"), 0);
    EXPECT_EQ(value("stackseal_clock_skew_seconds"), 0);
    EXPECT_EQ(value("stackseal_certificate_ready",
                    {{"namespace", "default"}, {"name", "api"}, {"condition", "True"}}),
              1);
    EXPECT_EQ(value("stackseal_issuer_ready",
                    {{"namespace", "default"}, {"name", "root"}, {"condition", "True"}}),
              1);
}

TEST_F(EngineTest, FindsNothingToDoTheSecondTime) {
    run();
    const std::string first = chain("api-tls");
    const auto version = rig_.get<api::Certificate>(certificate_ref("api"))->status;
    run();
    EXPECT_EQ(chain("api-tls"), first);
    EXPECT_EQ(rig_.get<api::Certificate>(certificate_ref("api"))->status, version);
    EXPECT_EQ(value("stackseal_certificate_consecutive_failures",
                    {{"namespace", "default"}, {"name", "api"}}),
              0);
}

TEST_F(EngineTest, SignsNothingWhileTheClockIsBehind) {
    run();
    const std::string first = chain("api-tls");
    rig_.clock.advance(-std::chrono::hours(3));
    std::string changed(kHierarchy);
    changed.replace(changed.find("[api.example.com]"), 17, "[api.example.com, b.example.com]");
    write(changed);
    run();
    EXPECT_EQ(ready<api::Certificate>(certificate_ref("api")),
              "False ClockSkew: this machine's clock is over 3h behind the latest time seen here, "
              "2026-11-24T03:40:00Z; nothing is signed until it is set right, or, if that time was "
              "wrong, until " +
                  rig_.state("clock") + " is removed");
    EXPECT_THAT(ready<api::Certificate>(certificate_ref("broker")), HasSubstr("True Ready"))
        << "what is good needs no signature";
    EXPECT_EQ(chain("api-tls"), first);
    EXPECT_EQ(value("stackseal_clock_skew_seconds"), -3 * 3600);
    rig_.clock.advance(std::chrono::hours(3));
    run();
    EXPECT_THAT(ready<api::Certificate>(certificate_ref("api")), HasSubstr("True Ready"));
    EXPECT_NE(chain("api-tls"), first);
}

}  // namespace
}  // namespace stackseal::app
