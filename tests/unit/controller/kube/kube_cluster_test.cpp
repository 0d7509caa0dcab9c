// SPDX-License-Identifier: Apache-2.0
// The cluster as its users see it: synced, read, woken, bounded.
#include "controller/kube/kube_cluster.hpp"

#include <gmock/gmock.h>

#include "controller/kube/watch_samples.hpp"
#include "controller/text/json.hpp"
#include "tests/unit/controller/kube/fake_api.hpp"

namespace stackseal::kube {
namespace {

using core::Code;
using std::chrono::seconds;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;

const core::Ref kSecret{core::Resource::kSecret, "ops", "a"};
const std::string kSecretPath = "/api/v1/namespaces/ops/secrets/a";
constexpr seconds kPatience{20};  ///< real time, only spent where a test fails

std::string certificate_json(const std::string& name, int version) {
    return core::concat(
        R"({"apiVersion":"stackseal.io/v1alpha1","kind":"Certificate","metadata":{"name":")", name,
        R"(","namespace":"ops","uid":"u-)", name, R"(","resourceVersion":")", version,
        R"("},"spec":{"secretName":"a","issuerRef":{"name":"ca"},"dnsNames":["x.example"]}})");
}

/// What the watchers heard, one line a change; others may wait for a line.
class Heard {
  public:
    void operator()(const ports::Change& change) {
        const api::Meta* after = api::meta_of(change.after);
        const std::lock_guard lock(mutex_);
        lines_.push_back(core::concat(change.initial ? "first " : "", change.ref.name, "@",
                                      after == nullptr ? "gone" : after->resource_version));
        changed_.notify_all();
    }
    /// True once n changes were heard.
    bool wait(std::size_t n) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, kPatience, [&] { return lines_.size() >= n; });
    }
    std::vector<std::string> lines() {
        const std::lock_guard lock(mutex_);
        return lines_;
    }

  private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::string> lines_;  ///< guarded by mutex_
};

struct ClusterBench {
    Rig rig;
    FakeApi api{rig.transport};
    Heard heard;
    std::stop_source stop;
    KubeCluster cluster;

    explicit ClusterBench(Served served = {})
        : cluster({rig.client, rig.client, rig.clock, rig.log, rig.metrics, rig.inspector,
                   rig.pause(), [] { return 0.0; }},
                  std::move(served)) {
        cluster.watch([this](const ports::Change& change) { heard(change); });
    }
    /// Starts with nothing but what was pushed before.
    core::Result<void> sync() {
        for (const std::string watch :
             {"certificates", "issuers", "namespaces", "secrets", "foreign"})
            api.push(watch, marker_at(100));
        cluster.start(stop.get_token());
        return cluster.wait_synced(kPatience);
    }
    std::string version_of(const core::Ref& ref) {
        const auto found = cluster.find(ref);
        if (!found) return found.error().message;
        const api::Meta* meta = api::meta_of(*found);
        return meta == nullptr ? "absent" : meta->resource_version;
    }
};

TEST(KubeCluster, SyncsReadsAndTells) {
    ClusterBench bench;
    bench.api.push("certificates", frame_of("ADDED", certificate_json("c", 4)));
    bench.api.push("secrets", frame_of("ADDED", secret_json("a", 5, true)));
    EXPECT_FALSE(bench.cluster.synced());
    ASSERT_TRUE(bench.sync());
    EXPECT_TRUE(bench.cluster.synced());
    EXPECT_THAT(bench.heard.lines(), UnorderedElementsAre("first c@4", "first a@5"));
    const auto secret = ports::find<api::SecretFacts>(bench.cluster, kSecret);
    ASSERT_TRUE(secret);
    EXPECT_EQ((*secret)->sizes.at("note"), 3U);
    const auto all = bench.cluster.select({core::Resource::kCertificate, "ops"});
    ASSERT_TRUE(all);
    EXPECT_THAT(*all, SizeIs(1));
    EXPECT_EQ(bench.version_of({core::Resource::kIssuer, "ops", "none"}), "absent");
    EXPECT_EQ(bench.api.count("GET"), 0U) << "all of it from the cache";
    bench.api.push("certificates", frame_of("MODIFIED", certificate_json("c", 101)));
    ASSERT_TRUE(bench.heard.wait(3));
    EXPECT_EQ(bench.heard.lines()[2], "c@101");
}

TEST(KubeCluster, WatchesOurSecretsWholeAndTheOthersByMetadata) {
    ClusterBench bench;
    ASSERT_TRUE(bench.sync());
    std::vector<std::string> accepted;
    for (const auto& request : bench.rig.transport.streams())
        if (request.target.starts_with("/api/v1/secrets"))
            accepted.push_back(watch_name(request.target) + " " + request.headers[0].second);
    EXPECT_THAT(accepted,
                UnorderedElementsAre(
                    "secrets application/json",
                    "foreign application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1"));
}

TEST(KubeCluster, AForeignSecretIsReadWhenItChangedAndNotBefore) {
    ClusterBench bench;
    bench.api.push("foreign", frame_of("ADDED", secret_json("a", 5, false)));
    ASSERT_TRUE(bench.sync());
    bench.api.set(kSecretPath, secret_json("a", 5, false));
    for (int i = 0; i < 3; ++i) {
        const auto facts = ports::find<api::SecretFacts>(bench.cluster, kSecret);
        ASSERT_TRUE(facts);
        EXPECT_EQ((*facts)->sizes.at("note"), 3U);
    }
    EXPECT_EQ(bench.api.count("GET"), 1U);
    bench.api.set(kSecretPath, secret_json("a", 120, false));
    bench.api.push("foreign", frame_of("MODIFIED", secret_json("a", 120, false)));
    ASSERT_TRUE(bench.heard.wait(2));
    EXPECT_EQ(bench.version_of(kSecret), "120");
    EXPECT_EQ(bench.api.count("GET"), 2U);
}

TEST(KubeCluster, AForeignSecretThatCannotBeReadIsAnErrorNotAbsent) {
    ClusterBench bench;
    bench.api.push("foreign", frame_of("ADDED", secret_json("a", 5, false)));
    ASSERT_TRUE(bench.sync());
    bench.api.next("GET", 403, "");
    const auto found = bench.cluster.find(kSecret);
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().code, Code::kDenied);
    bench.api.erase(kSecretPath);
    EXPECT_EQ(bench.version_of(kSecret), "absent") << "deleted a moment ago";
}

TEST(KubeCluster, ASecretThatLostItsLabelIsNotGone) {
    ClusterBench bench;
    bench.api.push("secrets", frame_of("ADDED", secret_json("a", 5, true)));
    ASSERT_TRUE(bench.sync());
    bench.api.set(kSecretPath, secret_json("a", 120, false));
    bench.api.push("secrets", frame_of("DELETED", secret_json("a", 120, false)));
    ASSERT_TRUE(bench.heard.wait(2));
    bench.api.push("foreign", frame_of("ADDED", secret_json("a", 120, false)));
    EXPECT_EQ(bench.heard.lines()[1], "a@120");
    const auto facts = ports::find<api::SecretFacts>(bench.cluster, kSecret);
    ASSERT_TRUE(facts);
    ASSERT_TRUE(*facts);
    EXPECT_THAT((*facts)->meta.labels, IsEmpty());
    EXPECT_EQ((*facts)->sizes.at("note"), 3U);
}

TEST(KubeCluster, ASecretThatBecameOursIsNotGoneEither) {
    ClusterBench bench;
    bench.api.push("foreign", frame_of("ADDED", secret_json("a", 5, false)));
    ASSERT_TRUE(bench.sync());
    bench.api.set(kSecretPath, secret_json("a", 120, true));
    bench.api.push("foreign", frame_of("DELETED", secret_json("a", 120, true)));
    ASSERT_TRUE(bench.heard.wait(2));
    bench.api.push("secrets", frame_of("ADDED", secret_json("a", 120, true)));
    bench.api.push("secrets", frame_of("ADDED", secret_json("b", 121, true)));
    ASSERT_TRUE(bench.heard.wait(3));
    EXPECT_THAT(bench.heard.lines(), ElementsAre("first a@5", "a@120", "b@121"));
    const std::size_t reads = bench.api.count("GET");
    EXPECT_EQ(bench.version_of(kSecret), "120");
    EXPECT_EQ(bench.api.count("GET"), reads) << "ours: from the cache";
}

TEST(KubeCluster, ADeletedSecretIsGoneOnceTheServerSaysSo) {
    ClusterBench bench;
    bench.api.push("secrets", frame_of("ADDED", secret_json("a", 5, true)));
    ASSERT_TRUE(bench.sync());
    bench.api.push("secrets", frame_of("DELETED", secret_json("a", 120, true)));
    ASSERT_TRUE(bench.heard.wait(2));
    EXPECT_EQ(bench.heard.lines()[1], "a@gone");
    EXPECT_EQ(bench.version_of(kSecret), "absent");
    EXPECT_EQ(bench.api.count("GET"), 1U);
}

TEST(KubeCluster, AMissedDeletionIsFoundByTheNextListing) {
    ClusterBench bench;
    bench.api.push("certificates", frame_of("ADDED", certificate_json("c", 4)));
    bench.api.push("certificates", frame_of("ADDED", certificate_json("d", 5)));
    bench.api.push("secrets", frame_of("ADDED", secret_json("a", 6, true)));
    bench.api.push("foreign", frame_of("ADDED", secret_json("f", 7, false)));
    ASSERT_TRUE(bench.sync());
    const std::string gone = R"({"type":"ERROR","object":{"kind":"Status","code":410}})";
    bench.api.push("certificates", gone);
    bench.api.push("certificates", frame_of("ADDED", certificate_json("d", 5)));
    bench.api.push("certificates", marker_at(200));
    ASSERT_TRUE(bench.heard.wait(5));
    EXPECT_EQ(bench.heard.lines()[4], "c@gone");
    bench.api.push("secrets", gone);
    bench.api.push("secrets", marker_at(201));
    ASSERT_TRUE(bench.heard.wait(6));
    EXPECT_EQ(bench.heard.lines()[5], "a@gone");
    const auto left = bench.cluster.select({core::Resource::kSecret, ""});
    ASSERT_TRUE(left);
    EXPECT_THAT(*left, SizeIs(1)) << "a listing of ours says nothing about the others'";
}

TEST(KubeCluster, AnOwnWriteIsReadBackAtOnceAndItsEchoWakesNobody) {
    ClusterBench bench;
    ASSERT_TRUE(bench.sync());
    bench.api.next("POST", 201, secret_json("a", 130, true));
    ports::ApplySecret apply;
    apply.ref = kSecret;
    ASSERT_TRUE(bench.cluster.write(std::move(apply)));
    EXPECT_EQ(bench.version_of(kSecret), "130");
    bench.api.push("secrets", frame_of("ADDED", secret_json("a", 130, true)));
    bench.api.push("secrets", frame_of("ADDED", secret_json("b", 131, true)));
    ASSERT_TRUE(bench.heard.wait(2));
    EXPECT_THAT(bench.heard.lines(), ElementsAre("a@130", "b@131"));
}

TEST(KubeCluster, ReadsASecretLive) {
    ClusterBench bench;
    bench.api.set(kSecretPath, secret_json("a", 5, false));
    const auto secret = bench.cluster.read_secret(kSecret);
    ASSERT_TRUE(secret) << secret.error().message;
    EXPECT_EQ(api::find_data(*secret, "note")->reveal(), "xyz");
    EXPECT_EQ(bench.cluster.read_secret({core::Resource::kSecret, "ops", "b"}).error().code,
              Code::kNotFound);
    for (const core::Ref& ref : {core::Ref{core::Resource::kSecret, "ops", ""},
                                 core::Ref{core::Resource::kSecret, "", "a"}})
        EXPECT_EQ(bench.cluster.read_secret(ref).error().code, Code::kInvalid)
            << "would ask for a list";
}

TEST(KubeCluster, NotSyncedItSaysWhatIsMissing) {
    ClusterBench bench;
    for (const std::string watch : {"certificates", "issuers", "namespaces", "foreign"})
        bench.api.push(watch, marker_at(100));
    bench.cluster.start(bench.stop.get_token());
    const auto waited = bench.cluster.wait_synced(std::chrono::milliseconds(1));
    ASSERT_FALSE(waited);
    EXPECT_EQ(waited.error().code, Code::kUnavailable);
    EXPECT_THAT(waited.error().message, HasSubstr("secrets in all namespaces"));
    EXPECT_FALSE(bench.cluster.synced());
}

TEST(KubeCluster, StopEndsTheWait) {
    ClusterBench bench;
    bench.cluster.start(bench.stop.get_token());
    bench.stop.request_stop();
    EXPECT_EQ(bench.cluster.wait_synced(kPatience).error().code, Code::kCancelled);
}

TEST(KubeCluster, ShowsMetricsByResource) {
    ClusterBench bench;
    bench.api.push("certificates", frame_of("ADDED", certificate_json("c", 4)));
    ASSERT_TRUE(bench.sync());
    double objects = -1;
    std::size_t synced = 0;
    for (const ports::Sample& sample : bench.rig.metrics.scrape()) {
        if (sample.name == "stackseal_kube_cache_synced") synced += sample.value == 1;
        if (sample.name == "stackseal_kube_cache_objects" &&
            sample.labels[0].second == "certificates")
            objects = sample.value;
    }
    EXPECT_EQ(synced, 4U) << "certificates, issuers, namespaces, secrets";
    EXPECT_EQ(objects, 1);
}

TEST(WatchSamples, TheQuietestWatchOfAResourceCounts) {
    tests::FakeClock clock(kNow);
    auto one = std::make_shared<Pulse>();
    auto two = std::make_shared<Pulse>();
    one->mark_synced();
    one->beat(clock.monotonic());
    two->beat(clock.monotonic() - seconds(90));
    const auto samples = watch_samples(
        {{core::Resource::kIssuer, one}, {core::Resource::kIssuer, two}}, store::Store(), clock);
    ASSERT_THAT(samples, SizeIs(3));
    EXPECT_EQ(samples[0].value, 0) << "one is not synced";
    EXPECT_EQ(samples[2].name, "stackseal_kube_last_event_timestamp_seconds");
    EXPECT_EQ(samples[2].value, 1'795'000'000.0 - 90);
}

std::vector<std::string> targets(const Served& served) {
    std::vector<std::string> out;
    for (const Query& query : queries(served))
        out.push_back(core::concat(collection_path(query.resource, query.space),
                                   query.metadata_only ? " metadata" : ""));
    return out;
}

TEST(Served, EverywhereWatchesTheWholeCluster) {
    EXPECT_THAT(targets({}), UnorderedElementsAre("/api/v1/namespaces", "/api/v1/secrets",
                                                  "/api/v1/secrets metadata",
                                                  "/apis/stackseal.io/v1alpha1/certificates",
                                                  "/apis/stackseal.io/v1alpha1/issuers"));
}

TEST(Served, NamespacesBoundEveryWatch) {
    EXPECT_THAT(targets({{"a", "a"}, {"a", "keys"}}),
                UnorderedElementsAre(
                    "/api/v1/namespaces/a/secrets", "/api/v1/namespaces/a/secrets metadata",
                    "/api/v1/namespaces/keys/secrets", "/api/v1/namespaces/keys/secrets metadata",
                    "/apis/stackseal.io/v1alpha1/namespaces/a/certificates",
                    "/apis/stackseal.io/v1alpha1/namespaces/a/issuers"));
}

TEST(KubeCluster, ReachesOnlyIntoServedNamespaces) {
    ClusterBench bench({{"a"}, {"keys"}});
    using core::Resource;
    EXPECT_TRUE(bench.cluster.find({Resource::kIssuer, "a", "x"}));
    EXPECT_TRUE(bench.cluster.find({Resource::kSecret, "keys", "x"}));
    EXPECT_TRUE(bench.cluster.select({Resource::kCertificate, ""}));
    for (const core::Ref& ref :
         {core::Ref{Resource::kIssuer, "b", "x"}, core::Ref{Resource::kIssuer, "keys", "x"},
          core::Ref{Resource::kSecret, "b", "x"}, core::Ref{Resource::kNamespace, "", "a"}}) {
        const auto found = bench.cluster.find(ref);
        ASSERT_FALSE(found) << core::to_string(ref);
        EXPECT_EQ(found.error().code, Code::kNotServed);
        EXPECT_THAT(found.error().message, HasSubstr("--namespaces"));
    }
    EXPECT_FALSE(bench.cluster.select({Resource::kCertificate, "b"}));
    EXPECT_FALSE(bench.cluster.read_secret({Resource::kSecret, "b", "x"}));
    EXPECT_THAT(bench.rig.transport.requests(), IsEmpty());
}

TEST(KubeCluster, WritesOnlyIntoServedNamespaces) {
    ClusterBench bench({{"a"}, {}});
    ports::ApplySecret apply;
    apply.ref = {core::Resource::kSecret, "b", "x"};
    EXPECT_EQ(bench.cluster.write(std::move(apply)).error().code, Code::kNotServed);
    EXPECT_EQ(
        bench.cluster.write(ports::DeleteObject{{core::Resource::kSecret, "b", "x"}, "u", "1"})
            .error()
            .code,
        Code::kNotServed);
    EXPECT_THAT(bench.rig.transport.requests(), IsEmpty());
}

}  // namespace
}  // namespace stackseal::kube
