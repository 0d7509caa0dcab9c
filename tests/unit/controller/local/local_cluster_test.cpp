// SPDX-License-Identifier: Apache-2.0
// Opening directories, manifests as objects, and status that survives.
#include <gmock/gmock.h>

#include "tests/unit/controller/local/fixture.hpp"

namespace stackseal::local {
namespace {

using namespace tests;
using api::Certificate;
using api::Issuer;
using api::Snapshot;
using core::Code;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using LocalClusterTest = ClusterTest;

// ---- opening

TEST_F(LocalClusterTest, AnAbsentManifestsDirectoryIsNamed) {
    rig.options.manifests = rig.root / "absent";
    const auto opened = rig.open();
    ASSERT_FALSE(opened);
    EXPECT_THAT(opened.error().message, HasSubstr(rig.root / "absent"));
}

TEST_F(LocalClusterTest, TheStateDirectoryIsMadeForItsOwnerOnly) {
    rig.options.state = rig.root / "var/lib/stackseal";
    rig.start();
    EXPECT_EQ(mode_of(rig.options.state), 0700);
    EXPECT_EQ(mode_of(rig.options.state + "/secrets"), 0700);
}

TEST_F(LocalClusterTest, AStateDirectoryThatAnybodyMayWriteIsRefused) {
    fs::create_directory(rig.options.state);
    ASSERT_EQ(::chmod(rig.options.state.c_str(), 0777), 0);
    const auto opened = rig.open();
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, Code::kDenied);
    EXPECT_THAT(opened.error().message, HasSubstr("chmod 0700 " + rig.options.state));
}

TEST_F(LocalClusterTest, StateAmongTheManifestsIsRefusedUnlessHidden) {
    rig.options.state = rig.manifest("state");
    const auto opened = rig.open();
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, Code::kInvalid);
    EXPECT_THAT(opened.error().message, HasSubstr("must not lie in the manifests directory"));
    rig.options.state = rig.manifest(".state");
    rig.start();
    EXPECT_THAT(rig.problems(), IsEmpty());
}

TEST_F(LocalClusterTest, ABadAuthorityNamespaceIsRefused) {
    rig.options.authority_namespace = "../x";
    EXPECT_EQ(rig.open().error().code, Code::kInvalid);
}

TEST_F(LocalClusterTest, OneWriterAtATime) {
    rig.start();
    const auto second = LocalCluster::open(rig.options, rig.clock, rig.log);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, Code::kConflict);
    EXPECT_THAT(second.error().message, HasSubstr("process " + std::to_string(::getpid())));
}

// ---- manifests

TEST_F(LocalClusterTest, LoadDeliversWhatStandsThereAsInitial) {
    write("a.yaml", certificate_yaml("a", "a.example", "openstack"));
    write("n.yaml", "apiVersion: v1\nkind: Namespace\nmetadata: {name: openstack}\n");
    rig.start();
    const auto changes = rig.changes();
    ASSERT_EQ(changes.size(), 2U);
    for (const ports::Change& change : changes) {
        EXPECT_TRUE(change.initial);
        EXPECT_EQ(api::meta_of(change.before), nullptr);
    }
    const auto certificate = rig.get<Certificate>(certificate_ref("a", "openstack"));
    ASSERT_TRUE(certificate);
    EXPECT_FALSE(certificate->meta.uid.empty());
    EXPECT_FALSE(certificate->meta.resource_version.empty());
    EXPECT_GT(certificate->meta.generation, 0);
    EXPECT_EQ(certificate->meta.created, core::seconds_of(rig.clock.now()));
    const auto space = rig.get<api::Namespace>({core::Resource::kNamespace, "", "openstack"});
    ASSERT_TRUE(space);
    EXPECT_EQ(space->meta.labels.at("kubernetes.io/metadata.name"), "openstack");
}

TEST_F(LocalClusterTest, AManifestHasNoSayInWhatTheServerGives) {
    write("a.yaml", certificate_yaml("a") + "status:\n  revision: 7\n");
    rig.start();
    const auto certificate = rig.get<Certificate>(certificate_ref("a"));
    ASSERT_TRUE(certificate);
    EXPECT_EQ(certificate->status, api::CertificateStatus{});
}

TEST_F(LocalClusterTest, ABadManifestIsAProblemAndTheOthersGoOn) {
    write("bad.yaml", "kind: [");
    write("good.yaml", certificate_yaml("good"));
    rig.start();
    EXPECT_TRUE(rig.get<Certificate>(certificate_ref("good")));
    EXPECT_THAT(rig.problems(), ElementsAre(HasSubstr(rig.manifest("bad.yaml"))));
    EXPECT_THAT(rig.log.lines(), Contains(HasSubstr(rig.manifest("bad.yaml"))));
    write("bad.yaml", certificate_yaml("bad"));
    rig.cluster->refresh();
    EXPECT_TRUE(rig.get<Certificate>(certificate_ref("bad")));
    EXPECT_THAT(rig.problems(), IsEmpty());
}

TEST_F(LocalClusterTest, AProblemIsLoggedOnce) {
    write("bad.yaml", "kind: [");
    rig.start();
    const std::size_t lines = rig.log.lines().size();
    for (int i = 0; i < 3; ++i) rig.cluster->refresh();
    EXPECT_EQ(rig.log.lines().size(), lines);
    EXPECT_EQ(rig.problems().size(), 1U);
}

TEST_F(LocalClusterTest, GenerationFollowsTheSpecAlone) {
    write("a.yaml", certificate_yaml("a"));
    rig.start();
    const auto first = rig.get<Certificate>(certificate_ref("a"));
    write("a.yaml", "# a comment\n" + certificate_yaml("a"));
    rig.cluster->refresh();
    EXPECT_EQ(rig.get<Certificate>(certificate_ref("a")), first);  // the very same snapshot
    rig.clock.advance(std::chrono::hours(1));
    std::string labelled = certificate_yaml("a");
    labelled.replace(labelled.find("  name: a\n"), 10, "  name: a\n  labels: {x: y}\n");
    write("a.yaml", labelled);
    rig.cluster->refresh();
    const auto second = rig.get<Certificate>(certificate_ref("a"));
    EXPECT_EQ(second->meta.generation, first->meta.generation);
    EXPECT_EQ(second->meta.created, first->meta.created);
    EXPECT_EQ(second->meta.uid, first->meta.uid);
    EXPECT_TRUE(store::is_newer(second->meta.resource_version, first->meta.resource_version));
    write("a.yaml", certificate_yaml("a", "b.example"));
    rig.cluster->refresh();
    EXPECT_NE(rig.get<Certificate>(certificate_ref("a"))->meta.generation, first->meta.generation);
}

TEST_F(LocalClusterTest, ARemovedManifestIsAChangeToAbsent) {
    write("a.yaml", certificate_yaml("a"));
    rig.start();
    rig.forget_changes();
    fs::remove(rig.manifest("a.yaml"));
    rig.cluster->refresh();
    EXPECT_FALSE(rig.get<Certificate>(certificate_ref("a")));
    const auto changes = rig.changes();
    ASSERT_EQ(changes.size(), 1U);
    EXPECT_EQ(api::meta_of(changes[0].after), nullptr);
    EXPECT_FALSE(changes[0].initial);
}

// ---- status

TEST_F(LocalClusterTest, StatusIsWrittenBesideAndSurvivesARestart) {
    write("a.yaml", certificate_yaml("a"));
    rig.start();
    const auto before = rig.get<Certificate>(certificate_ref("a"));
    const auto recorded = record(before, 3);
    ASSERT_TRUE(recorded) << recorded.error().message;
    const auto after = rig.get<Certificate>(certificate_ref("a"));
    EXPECT_EQ(after->status.revision, 3);
    EXPECT_TRUE(api::differ_in_status_only(before, after));
    EXPECT_TRUE(fs::exists(rig.state("status/Certificate/default/a.yaml")));
    rig.start();
    const auto again = rig.get<Certificate>(certificate_ref("a"));
    EXPECT_EQ(again->status, after->status);
    EXPECT_EQ(again->meta.uid, after->meta.uid);
    EXPECT_EQ(again->meta.generation, after->meta.generation);
}

TEST_F(LocalClusterTest, AnUnchangedStatusIsNotWritten) {
    write("a.yaml", certificate_yaml("a"));
    int writes = 0;
    rig.options.hook = [&](auto step, const auto&) { return writes += step == "write", 0; };
    rig.start();
    writes = 0;
    ASSERT_TRUE(record(rig.get<Certificate>(certificate_ref("a")), 3));
    EXPECT_EQ(writes, 1);
    const auto held = rig.get<Certificate>(certificate_ref("a"));
    const auto answer = record(held, 3);
    ASSERT_TRUE(answer);
    EXPECT_EQ(std::get<Snapshot<Certificate>>(*answer), held);
    EXPECT_EQ(writes, 1);
}

TEST_F(LocalClusterTest, AClockThatWasSetBackIsNoticedAfterARestart) {
    rig.start();
    EXPECT_EQ(rig.cluster->skew()->ahead, std::chrono::seconds(0));
    rig.clock.advance(std::chrono::minutes(30));
    ASSERT_TRUE(rig.cluster->write(creation(secret_ref("a-tls"), {{"tls.crt", "x"}})));
    rig.stop();
    rig.clock.advance(-std::chrono::minutes(10));
    rig.start();
    EXPECT_EQ(rig.cluster->skew()->ahead, -std::chrono::minutes(10)) << "the write was noted";
}

TEST_F(LocalClusterTest, AStaleStatusWriteIsAConflict) {
    write("a.yaml", certificate_yaml("a"));
    rig.start();
    const auto stale = rig.get<Certificate>(certificate_ref("a"));
    ASSERT_TRUE(record(stale, 3));
    EXPECT_EQ(record(stale, 4).error().code, Code::kConflict);
    fs::remove(rig.manifest("a.yaml"));
    const auto held = rig.get<Certificate>(certificate_ref("a"));
    rig.cluster->refresh();
    EXPECT_EQ(record(held, 5).error().code, Code::kConflict);
    EXPECT_FALSE(fs::exists(rig.state("status/Certificate/default/a.yaml")));
}

TEST_F(LocalClusterTest, ADamagedStatusIsComputedAnew) {
    write("a.yaml", certificate_yaml("a"));
    for (const char* text : {"status: [", "status: {revision: many}\n", "", "\x01\x02"}) {
        write_file(rig.state("status/Certificate/default/a.yaml"), text);
        ASSERT_EQ(::chmod(rig.options.state.c_str(), 0700), 0);
        rig.start();
        const auto certificate = rig.get<Certificate>(certificate_ref("a"));
        ASSERT_TRUE(certificate) << text;
        EXPECT_EQ(certificate->status, api::CertificateStatus{}) << text;
        EXPECT_THAT(rig.log.lines(), Contains(HasSubstr("computed anew"))) << text;
        ASSERT_TRUE(record(certificate, 1)) << text;
    }
}

TEST_F(LocalClusterTest, AFullDiskAtAStatusWriteIsUnavailable) {
    write("a.yaml", certificate_yaml("a"));
    int fault = 0;
    rig.options.hook = [&](auto step, const auto&) { return step == "write" ? fault : 0; };
    rig.start();
    fault = ENOSPC;
    const auto before = rig.get<Certificate>(certificate_ref("a"));
    const auto refused = record(before, 3);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Code::kUnavailable);
    EXPECT_THAT(refused.error().message, HasSubstr("free space"));
    EXPECT_EQ(rig.get<Certificate>(certificate_ref("a")), before);
    fault = 0;
    EXPECT_TRUE(record(before, 3));
}

TEST_F(LocalClusterTest, AnIssuersStatusToo) {
    write("i.yaml",
          "apiVersion: stackseal.io/v1alpha1\nkind: Issuer\nmetadata: {name: ca}\n"
          "spec: {selfSigned: {}}\n");
    rig.start();
    const auto before = rig.get<Issuer>(issuer_ref("ca"));
    ASSERT_TRUE(before) << testing::PrintToString(rig.problems());
    auto after = std::make_shared<Issuer>(*before);
    after->status.expires = "2027-11-24T03:40:00Z";
    ASSERT_TRUE(rig.cluster->write(ports::RecordStatus{before, Snapshot<Issuer>(after)}));
    rig.start();
    EXPECT_EQ(rig.get<Issuer>(issuer_ref("ca"))->status, after->status);
}

}  // namespace
}  // namespace stackseal::local
