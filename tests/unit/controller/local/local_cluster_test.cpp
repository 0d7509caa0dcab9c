// SPDX-License-Identifier: Apache-2.0
// The ports over directories: opening, reading, writing, and starting again without loss.
#include "controller/local/local_cluster.hpp"

#include <gmock/gmock.h>

#include "controller/api/names.hpp"
#include "tests/support/test_certificates.hpp"
#include "tests/unit/controller/local/rig.hpp"

namespace stackseal::local {
namespace {

using namespace tests;
using api::Certificate;
using api::Issuer;
using api::SecretFacts;
using api::Snapshot;
using core::Code;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class LocalClusterTest : public testing::Test {
  protected:
    void write(const std::string& name, const std::string& text) {
        write_file(rig.manifest(name), text);
    }
    /// Creates a Secret; its version.
    std::string create(const core::Ref& ref, std::map<std::string, std::string> data) {
        const auto made = rig.cluster->write(creation(ref, std::move(data)));
        EXPECT_TRUE(made) << made.error().message;
        return made ? facts(*made).meta.resource_version : "";
    }
    core::Result<api::Object> record(const Snapshot<Certificate>& before, std::int64_t revision) {
        auto after = std::make_shared<Certificate>(*before);
        after->status.revision = revision;
        api::set_condition(after->status.conditions,
                           {"Ready", "True", "Issued", "all is well", before->meta.generation, {}},
                           core::seconds_of(rig.clock.now()));
        return rig.cluster->write(
            ports::RecordStatus{before, Snapshot<Certificate>(std::move(after))});
    }

    Rig rig;
};

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
    ASSERT_TRUE(record(rig.get<Certificate>(certificate_ref("a")), 3));
    EXPECT_EQ(writes, 1);
    const auto held = rig.get<Certificate>(certificate_ref("a"));
    const auto answer = record(held, 3);
    ASSERT_TRUE(answer);
    EXPECT_EQ(std::get<Snapshot<Certificate>>(*answer), held);
    EXPECT_EQ(writes, 1);
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

// ---- Secrets

TEST_F(LocalClusterTest, ACreatedSecretIsInTheStoreOnTheDiskAndSurvives) {
    rig.start();
    ports::ApplySecret apply = creation(secret_ref("a", "openstack"), {{"k", "value"}});
    apply.body.meta.labels = {{"l", "1"}};
    apply.body.meta.annotations = {{"n", "2"}};
    apply.body.meta.owners = {{"stackseal.io/v1alpha1", "Certificate", "c", "uid", true}};
    const auto made = rig.cluster->write(std::move(apply));
    ASSERT_TRUE(made) << made.error().message;
    const SecretFacts first = facts(*made);
    EXPECT_EQ(first.sizes, (std::map<std::string, std::size_t>{{"k", 5}}));
    EXPECT_EQ(rig.changes().size(), 1U);
    EXPECT_EQ(read_file(rig.state("secrets/openstack/a/k")), "value");
    rig.clock.advance(std::chrono::hours(1));
    rig.start();
    SecretFacts again = *rig.get<SecretFacts>(secret_ref("a", "openstack"));
    again.meta.resource_version = first.meta.resource_version;
    EXPECT_EQ(again, first);  // uid, creation, labels, owners, type
    EXPECT_EQ(rig.data(secret_ref("a", "openstack"), "k"), "value");
}

TEST_F(LocalClusterTest, FactsComeFromTheCertificateAndTheKey) {
    const stackseal::tests::TestAuthority ca("ca");
    const auto pair = ca.issue({.common_name = "a", .names = {"DNS:a.example"}});
    const auto other = ca.issue({.common_name = "b", .names = {"DNS:b.example"}});
    rig.start();
    create(secret_ref("good"),
           {{"tls.crt", pair.certificate_pem}, {"tls.key", pair.key_pem}, {"ca.crt", ca.pem()}});
    create(secret_ref("mixed"), {{"tls.crt", pair.certificate_pem}, {"tls.key", other.key_pem}});
    const auto good = rig.get<SecretFacts>(secret_ref("good"));
    EXPECT_EQ(good->pair.key, core::KeyState::kMatches) << good->pair.problem;
    ASSERT_EQ(good->pair.chain.size(), 1U);
    EXPECT_EQ(good->pair.chain[0].names.dns, (std::vector<std::string>{"a.example"}));
    EXPECT_EQ(good->pair.anchors.size(), 1U);
    EXPECT_EQ(good->pair_digest.size(), 64U);
    EXPECT_EQ(rig.get<SecretFacts>(secret_ref("mixed"))->pair.key, core::KeyState::kMismatched);
}

TEST_F(LocalClusterTest, ARecordedDigestIsTrustedOnlyIfItFits) {
    const stackseal::tests::TestAuthority ca("ca");
    const auto pair = ca.issue({.common_name = "a", .names = {"DNS:a.example"}});
    rig.start();
    ports::ApplySecret apply =
        creation(secret_ref("a"), {{"tls.crt", pair.certificate_pem}, {"tls.key", "no key"}});
    apply.body.meta.annotations[std::string(api::kPairDigest)] = std::string(64, '0');
    ASSERT_TRUE(rig.cluster->write(std::move(apply)));
    EXPECT_EQ(rig.get<SecretFacts>(secret_ref("a"))->pair.key, core::KeyState::kUnreadable);
}

TEST_F(LocalClusterTest, AuthoritiesLieApart) {
    rig.start();
    create(secret_ref("root.g0", "stackseal"), {{"k", "ca key"}});
    EXPECT_EQ(read_file(rig.state("authorities/root.g0/k")), "ca key");
    EXPECT_FALSE(fs::exists(rig.state("secrets/stackseal")));
    rig.start();
    EXPECT_EQ(rig.data(secret_ref("root.g0", "stackseal"), "k"), "ca key");
}

TEST_F(LocalClusterTest, AForeignFolderOfTheAuthorityNamespaceIsIgnored) {
    rig.start();
    create(secret_ref("x", "other"), {{"k", "v"}});
    rig.stop();
    fs::rename(rig.state("secrets/other"), rig.state("secrets/stackseal"));
    rig.start();
    EXPECT_FALSE(rig.get<SecretFacts>(secret_ref("x", "stackseal")));
}

TEST_F(LocalClusterTest, WritesNeedTheVersionThatTheyWereDecidedOn) {
    rig.start();
    const std::string version = create(secret_ref("a"), {{"k", "1"}});
    EXPECT_EQ(rig.cluster->write(creation(secret_ref("a"), {{"k", "2"}})).error().code,
              Code::kConflict);
    ports::ApplySecret change = creation(secret_ref("a"), {{"k", "2"}});
    change.expected_version = version;
    ASSERT_TRUE(rig.cluster->write(std::move(change)));
    EXPECT_EQ(rig.data(secret_ref("a"), "k"), "2");
    change = creation(secret_ref("a"), {{"k", "3"}});
    change.expected_version = version;
    EXPECT_EQ(rig.cluster->write(std::move(change)).error().code, Code::kConflict);
    change = creation(secret_ref("b"), {{"k", "3"}});
    change.expected_version = version;
    EXPECT_EQ(rig.cluster->write(std::move(change)).error().code, Code::kConflict);
    EXPECT_EQ(rig.data(secret_ref("a"), "k"), "2");
}

TEST_F(LocalClusterTest, AWriteThatChangesNothingTouchesNothing) {
    rig.start();
    const std::string version = create(secret_ref("a"), {{"k", "1"}});
    const auto before = tree(rig.options.state);
    ports::ApplySecret same = creation(secret_ref("a"), {{"k", "1"}});
    same.expected_version = version;
    const auto answer = rig.cluster->write(std::move(same));
    ASSERT_TRUE(answer);
    EXPECT_EQ(facts(*answer).meta.resource_version, version);
    EXPECT_EQ(tree(rig.options.state), before);
    EXPECT_EQ(rig.changes().size(), 1U);
}

TEST_F(LocalClusterTest, AChangeKeepsUidAndCreation) {
    rig.start();
    const std::string version = create(secret_ref("a"), {{"k", "1"}});
    const auto first = rig.get<SecretFacts>(secret_ref("a"));
    rig.clock.advance(std::chrono::hours(1));
    ports::ApplySecret change = creation(secret_ref("a"), {{"k", "2"}});
    change.expected_version = version;
    ASSERT_TRUE(rig.cluster->write(std::move(change)));
    const auto second = rig.get<SecretFacts>(secret_ref("a"));
    EXPECT_EQ(second->meta.uid, first->meta.uid);
    EXPECT_EQ(second->meta.created, first->meta.created);
    EXPECT_TRUE(store::is_newer(second->meta.resource_version, first->meta.resource_version));
}

TEST_F(LocalClusterTest, DeletionNeedsUidAndVersion) {
    rig.start();
    const core::Ref ref = secret_ref("a");
    create(ref, {{"k", "1"}});
    const auto held = rig.get<SecretFacts>(ref);
    const auto erase = [&](std::string uid, std::string version) {
        return rig.cluster->write(ports::DeleteObject{ref, std::move(uid), std::move(version)});
    };
    EXPECT_EQ(erase("other", held->meta.resource_version).error().code, Code::kConflict);
    EXPECT_EQ(erase(held->meta.uid, "0").error().code, Code::kConflict);
    const auto gone = erase(held->meta.uid, held->meta.resource_version);
    ASSERT_TRUE(gone) << gone.error().message;
    EXPECT_EQ(api::meta_of(*gone), nullptr);
    EXPECT_FALSE(rig.get<SecretFacts>(ref));
    EXPECT_THAT(tree(rig.state("secrets/default")), IsEmpty());
    EXPECT_EQ(erase(held->meta.uid, held->meta.resource_version).error().code, Code::kConflict);
    EXPECT_EQ(rig.cluster->read_secret(ref).error().code, Code::kNotFound);
    // One of the same name is another Secret.
    create(ref, {{"k", "1"}});
    EXPECT_NE(rig.get<SecretFacts>(ref)->meta.uid, held->meta.uid);
}

TEST_F(LocalClusterTest, OnlySecretsCanBeDeleted) {
    write("a.yaml", certificate_yaml("a"));
    rig.start();
    const auto refused = rig.cluster->write(ports::DeleteObject{certificate_ref("a"), "", ""});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Code::kDenied);
}

TEST_F(LocalClusterTest, NoNameEscapesTheState) {
    rig.start();
    const auto before = tree(rig.root.path());
    for (const core::Ref& ref :
         {secret_ref("../../x"), secret_ref("a", "../x"), secret_ref(".."), secret_ref("a/b"),
          secret_ref(""), secret_ref("a", ""), secret_ref(std::string("a\0b", 3))}) {
        EXPECT_EQ(rig.cluster->write(creation(ref, {{"k", "v"}})).error().code, Code::kInvalid);
        EXPECT_FALSE(rig.cluster->read_secret(ref));
        EXPECT_FALSE(rig.cluster->write(ports::DeleteObject{ref, "", ""}));
    }
    EXPECT_FALSE(rig.cluster->write(creation(secret_ref("a"), {{"../k", "v"}})));
    EXPECT_EQ(tree(rig.root.path()), before);
}

TEST_F(LocalClusterTest, AStateFolderThatIsALinkIsNotFollowed) {
    const TemporaryFolder elsewhere;
    rig.start();
    fs::create_symlink(elsewhere.path(), rig.state("secrets/evil"));
    fs::create_directory(rig.state("secrets/default"));
    fs::create_symlink(elsewhere.path(), rig.state("secrets/default/evil"));
    for (const core::Ref& ref : {secret_ref("a", "evil"), secret_ref("evil")}) {
        const auto refused = rig.cluster->write(creation(ref, {{"k", "v"}}));
        ASSERT_FALSE(refused);
        EXPECT_THAT(refused.error().message, HasSubstr("move it away"));
    }
    EXPECT_THAT(tree(elsewhere.path()), IsEmpty());
}

TEST_F(LocalClusterTest, AFullOrReadOnlyDiskLeavesTheSecretAsItWas) {
    for (const int number : {ENOSPC, EROFS, EACCES}) {
        int fault = 0;
        rig.options.state = rig.root / ("state" + std::to_string(number));
        rig.options.hook = [&](auto step, const auto&) { return step == "create" ? fault : 0; };
        rig.start();
        const std::string version = create(secret_ref("a"), {{"k", "1"}});
        const auto before = tree(rig.options.state);
        fault = number;
        ports::ApplySecret change = creation(secret_ref("a"), {{"k", "2"}});
        change.expected_version = version;
        const auto refused = rig.cluster->write(std::move(change));
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, Code::kUnavailable);
        EXPECT_FALSE(refused.error().maybe_executed);
        EXPECT_FALSE(rig.cluster->write(creation(secret_ref("b"), {{"k", "1"}})));
        EXPECT_EQ(tree(rig.options.state), before);
        EXPECT_EQ(rig.get<SecretFacts>(secret_ref("a"))->meta.resource_version, version);
        fault = 0;
        create(secret_ref("b"), {{"k", "1"}});
    }
}

TEST_F(LocalClusterTest, AfterAFaultBehindTheSwapTheStoreShowsWhatTookEffect) {
    bool swapped = false;
    rig.options.hook = [&](auto step, const std::string& path) {
        if (step == "rename" && path.ends_with("/..data")) return swapped = true, 0;
        return swapped && step == "sync" ? EIO : 0;
    };
    rig.start();
    const auto answer = rig.cluster->write(creation(secret_ref("a"), {{"k", "1"}}));
    ASSERT_FALSE(answer);
    EXPECT_TRUE(answer.error().maybe_executed);
    EXPECT_TRUE(rig.get<SecretFacts>(secret_ref("a")));
    EXPECT_EQ(rig.data(secret_ref("a"), "k"), "1");
}

// ---- Secrets as manifests

const char* const kGiven =
    "apiVersion: v1\nkind: Secret\nmetadata: {name: given}\n"
    "stringData: {k: given}\n";

TEST_F(LocalClusterTest, AGivenSecretIsServedAndNeverWritten) {
    write("s.yaml", kGiven);
    rig.start();
    const auto held = rig.get<SecretFacts>(secret_ref("given"));
    ASSERT_TRUE(held);
    EXPECT_EQ(rig.data(secret_ref("given"), "k"), "given");
    EXPECT_EQ(rig.cluster->read_secret(secret_ref("given"))->meta, held->meta);
    ports::ApplySecret apply = creation(secret_ref("given"), {{"k", "v"}});
    EXPECT_EQ(rig.cluster->write(std::move(apply)).error().code, Code::kConflict);
    apply = creation(secret_ref("given"), {{"k", "v"}});
    apply.expected_version = held->meta.resource_version;
    const auto refused = rig.cluster->write(std::move(apply));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Code::kDenied);
    EXPECT_THAT(refused.error().message, HasSubstr("given as a manifest"));
    EXPECT_EQ(rig.cluster
                  ->write(ports::DeleteObject{secret_ref("given"), held->meta.uid,
                                              held->meta.resource_version})
                  .error()
                  .code,
              Code::kDenied);
    EXPECT_THAT(tree(rig.state("secrets")), IsEmpty());  // its bytes are not copied there
}

TEST_F(LocalClusterTest, AGivenSecretFollowsItsFile) {
    write("s.yaml", kGiven);
    rig.start();
    const auto before = rig.get<SecretFacts>(secret_ref("given"));
    rig.cluster->refresh();
    EXPECT_EQ(rig.get<SecretFacts>(secret_ref("given")), before);
    write("s.yaml", std::string(kGiven) + "---\nbroken: [");
    rig.cluster->refresh();
    EXPECT_EQ(rig.data(secret_ref("given"), "k"), "given");
    write("s.yaml",
          "apiVersion: v1\nkind: Secret\nmetadata: {name: given}\n"
          "stringData: {k: other}\n");
    rig.cluster->refresh();
    EXPECT_EQ(rig.data(secret_ref("given"), "k"), "other");
    EXPECT_NE(rig.get<SecretFacts>(secret_ref("given")), before);
    fs::remove(rig.manifest("s.yaml"));
    rig.cluster->refresh();
    EXPECT_FALSE(rig.get<SecretFacts>(secret_ref("given")));
    EXPECT_EQ(rig.cluster->read_secret(secret_ref("given")).error().code, Code::kNotFound);
    create(secret_ref("given"), {{"k", "own"}});  // the name is free now
}

TEST_F(LocalClusterTest, AGivenSecretDoesNotHideOneOfOurs) {
    rig.start();
    create(secret_ref("given"), {{"k", "own"}});
    write("s.yaml", kGiven);
    rig.cluster->refresh();
    EXPECT_EQ(rig.data(secret_ref("given"), "k"), "own");
    EXPECT_THAT(rig.problems(), ElementsAre(AllOf(HasSubstr(rig.manifest("s.yaml") + ":1"),
                                                  HasSubstr(rig.state("secrets/default/given")))));
    fs::remove_all(rig.state("secrets/default/given"));
    rig.cluster->refresh();
    EXPECT_EQ(rig.data(secret_ref("given"), "k"), "given");
    EXPECT_THAT(rig.problems(), IsEmpty());
}

// ---- owners

TEST_F(LocalClusterTest, WithACertificateGoTheSecretsThatItOwns) {
    write("a.yaml", certificate_yaml("a"));
    write("b.yaml", certificate_yaml("b"));
    rig.start();
    const auto own = [&](const std::string& secret, std::vector<std::string> owners) {
        ports::ApplySecret apply = creation(secret_ref(secret), {{"k", "v"}});
        for (const std::string& owner : owners)
            apply.body.meta.owners.push_back(
                {"stackseal.io/v1alpha1", "Certificate", owner,
                 rig.get<Certificate>(certificate_ref(owner))->meta.uid, true});
        ASSERT_TRUE(rig.cluster->write(std::move(apply)));
    };
    own("of-a", {"a"});
    own("of-b", {"b"});
    own("of-both", {"a", "b"});
    own("of-nobody", {});
    ports::ApplySecret foreign = creation(secret_ref("foreign"), {{"k", "v"}});
    foreign.body.meta.owners = {{"apps/v1", "Deployment", "d", "d-uid", false}};
    ASSERT_TRUE(rig.cluster->write(std::move(foreign)));
    const auto names = [&] {
        std::vector<std::string> all;
        const auto found = rig.cluster->select({core::Resource::kSecret, ""});
        for (const api::Object& object : *found) all.push_back(api::meta_of(object)->name);
        return all;
    };
    fs::remove(rig.manifest("a.yaml"));
    rig.cluster->refresh();
    EXPECT_THAT(names(), ElementsAre("foreign", "of-b", "of-both", "of-nobody"));
    EXPECT_FALSE(fs::exists(rig.state("secrets/default/of-a")));
    // A typo removes nothing.
    write("b.yaml", "kind: [");
    rig.cluster->refresh();
    EXPECT_EQ(names().size(), 4U);
    // Not even over a restart, when nobody knows what the file held.
    rig.start();
    EXPECT_FALSE(rig.get<Certificate>(certificate_ref("b")));
    EXPECT_EQ(names().size(), 4U);
    // Another's removal meanwhile does not touch it either.
    write("c.yaml", certificate_yaml("c"));
    rig.cluster->refresh();
    fs::remove(rig.manifest("c.yaml"));
    rig.cluster->refresh();
    EXPECT_EQ(names().size(), 4U);
    // Mended: b is back, and its Secret was never away.
    write("b.yaml", certificate_yaml("b"));
    rig.cluster->refresh();
    EXPECT_EQ(names().size(), 4U);
    fs::remove(rig.manifest("b.yaml"));
    rig.cluster->refresh();
    EXPECT_THAT(names(), ElementsAre("foreign", "of-nobody"));
}

TEST_F(LocalClusterTest, WhatWasRemovedWhileStoppedIsCollectedAtTheStart) {
    write("a.yaml", certificate_yaml("a"));
    write("b.yaml", certificate_yaml("b"));
    rig.start();
    ports::ApplySecret apply = creation(secret_ref("of-a"), {{"k", "v"}});
    apply.body.meta.owners = {{"stackseal.io/v1alpha1", "Certificate", "a",
                               rig.get<Certificate>(certificate_ref("a"))->meta.uid, true}};
    ASSERT_TRUE(rig.cluster->write(std::move(apply)));
    ASSERT_TRUE(record(rig.get<Certificate>(certificate_ref("a")), 1));
    rig.stop();
    fs::rename(rig.options.manifests, rig.root / "away");
    fs::create_directory(rig.options.manifests);
    rig.start();  // an empty directory is more likely an unmounted one
    EXPECT_TRUE(rig.get<SecretFacts>(secret_ref("of-a")));
    write("b.yaml", certificate_yaml("b"));
    rig.start();
    EXPECT_FALSE(rig.get<SecretFacts>(secret_ref("of-a")));
    EXPECT_FALSE(fs::exists(rig.state("status/Certificate/default/a.yaml")));
}

// ---- people and crashes

TEST_F(LocalClusterTest, AnExternalEditIsSeenByTheNextLook) {
    rig.start();
    const core::Ref ref = secret_ref("a");
    const std::string version = create(ref, {{"k", "1"}, {"l", "2"}});
    write_file(rig.state("secrets/default/a/k"), "edited");
    EXPECT_EQ(rig.data(ref, "k"), "edited");  // live
    const auto edited = rig.get<SecretFacts>(ref);
    EXPECT_EQ(edited->sizes.at("k"), 6U);
    EXPECT_TRUE(store::is_newer(edited->meta.resource_version, version));
    // What was decided on the old state does not overwrite the edit.
    ports::ApplySecret stale = creation(ref, {{"k", "2"}});
    stale.expected_version = version;
    EXPECT_EQ(rig.cluster->write(std::move(stale)).error().code, Code::kConflict);
    fs::remove(rig.state("secrets/default/a/l"));
    rig.cluster->refresh();
    EXPECT_FALSE(rig.get<SecretFacts>(ref)->sizes.contains("l"));
    fs::remove_all(rig.state("secrets/default/a"));
    rig.cluster->refresh();
    EXPECT_FALSE(rig.get<SecretFacts>(ref));
    create(ref, {{"k", "3"}});
}

TEST_F(LocalClusterTest, AConflictRefreshesTheStore) {
    rig.start();
    const core::Ref ref = secret_ref("a");
    const std::string version = create(ref, {{"k", "1"}});
    fs::remove_all(rig.state("secrets/default/a"));
    ports::ApplySecret stale = creation(ref, {{"k", "2"}});
    stale.expected_version = version;
    EXPECT_EQ(rig.cluster->write(std::move(stale)).error().code, Code::kConflict);
    EXPECT_FALSE(rig.get<SecretFacts>(ref));
}

TEST_F(LocalClusterTest, LostMetadataMakesAStrangerNotALoss) {
    rig.start();
    ports::ApplySecret apply = creation(secret_ref("a"), {{"k", "1"}});
    apply.body.meta.labels = {{std::string(api::kManagedLabel), "true"}};
    ASSERT_TRUE(rig.cluster->write(std::move(apply)));
    for (const char* text : {"", "{\"kind\": "}) {
        write_file(rig.state("secrets/default/a/..data/.stackseal.json"), text);
        rig.cluster->refresh();
        const auto held = rig.get<SecretFacts>(secret_ref("a"));
        ASSERT_TRUE(held);
        EXPECT_TRUE(held->meta.labels.empty());
        EXPECT_FALSE(held->meta.uid.empty());
        EXPECT_EQ(rig.data(secret_ref("a"), "k"), "1");
        EXPECT_THAT(rig.problems(), ElementsAre(AllOf(HasSubstr(rig.state("secrets/default/a")),
                                                      HasSubstr(".stackseal.json: is damaged"),
                                                      HasSubstr("restore it"))));
        rig.start();  // and it is no obstacle for a start
        EXPECT_EQ(rig.data(secret_ref("a"), "k"), "1");
    }
}

TEST_F(LocalClusterTest, LeftoversOfACrashAreGoneAfterTheStart) {
    rig.start();
    create(secret_ref("a"), {{"k", "1"}});
    rig.stop();
    const std::string folder = rig.state("secrets/default/");
    const auto before = tree(rig.state("secrets"));
    write_file(folder + "a/..unfinished/k", "half");
    fs::create_symlink("..unfinished", folder + "a/..new-1");
    write_file(folder + "b/..unfinished/k", "half");
    write_file(folder + "..gone-1/..1/k", "deleted");
    rig.start();
    EXPECT_EQ(tree(rig.state("secrets")), before);
    EXPECT_THAT(rig.problems(), IsEmpty());
    EXPECT_EQ(rig.data(secret_ref("a"), "k"), "1");
}

TEST_F(LocalClusterTest, DamageThatCannotBeMendedIsReportedAndTheRestGoesOn) {
    rig.start();
    create(secret_ref("a"), {{"k", "1"}});
    create(secret_ref("b"), {{"k", "2"}});
    rig.stop();
    fs::remove(rig.state("secrets/default/a/..data"));
    fs::create_symlink("/etc", rig.state("secrets/default/a/..data"));
    fs::create_directory(rig.state("secrets/default/a/..other"));
    write_file(rig.state("secrets/default/a/..other/.stackseal.json"), "{}");
    rig.start();
    EXPECT_THAT(rig.log.lines(), Contains(AllOf(HasSubstr("secrets/default/a/..data: is lost"),
                                                HasSubstr("ln -s"))));
    EXPECT_FALSE(rig.get<SecretFacts>(secret_ref("a")));
    EXPECT_EQ(rig.data(secret_ref("b"), "k"), "2");
}

TEST_F(LocalClusterTest, ARestartWritesNothing) {
    write("a.yaml", certificate_yaml("a"));
    rig.start();
    create(secret_ref("a"), {{"k", "1"}});
    create(secret_ref("root.g0", "stackseal"), {{"k", "1"}});
    ASSERT_TRUE(record(rig.get<Certificate>(certificate_ref("a")), 1));
    std::vector<std::string> steps;
    rig.options.hook = [&](auto step, const std::string& path) {
        return steps.push_back(std::string(step) + " " + path), 0;
    };
    rig.start();
    EXPECT_THAT(steps, IsEmpty());
}

TEST_F(LocalClusterTest, NoLogLineHoldsBytes) {
    write("s.yaml",
          "apiVersion: v1\nkind: Secret\nmetadata: {name: given}\n"
          "stringData: {k: confidential}\nextra: 1\n");
    rig.start();
    create(secret_ref("a"), {{"tls.key", "confidential"}, {"tls.crt", "confidential"}});
    (void)rig.cluster->write(creation(secret_ref("a"), {{"k", "confidential"}}));
    for (const std::string& line : rig.log.lines())
        EXPECT_THAT(line, testing::Not(HasSubstr("confidential")));
    for (const std::string& line : rig.problems())
        EXPECT_THAT(line, testing::Not(HasSubstr("confidential")));
}

}  // namespace
}  // namespace stackseal::local
