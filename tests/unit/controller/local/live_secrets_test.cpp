// SPDX-License-Identifier: Apache-2.0
// Secrets: written by the API server's rules, kept over a restart, beyond no path.
#include <gmock/gmock.h>

#include "controller/api/names.hpp"
#include "tests/support/test_certificates.hpp"
#include "tests/unit/controller/local/fixture.hpp"

namespace stackseal::local {
namespace {

using namespace tests;
using api::SecretFacts;
using core::Code;
using testing::HasSubstr;
using testing::IsEmpty;

using LiveSecretsTest = ClusterTest;

TEST_F(LiveSecretsTest, ACreatedSecretIsInTheStoreOnTheDiskAndSurvives) {
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

TEST_F(LiveSecretsTest, FactsComeFromTheCertificateAndTheKey) {
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

TEST_F(LiveSecretsTest, ARecordedDigestIsTrustedOnlyIfItFits) {
    const stackseal::tests::TestAuthority ca("ca");
    const auto pair = ca.issue({.common_name = "a", .names = {"DNS:a.example"}});
    rig.start();
    ports::ApplySecret apply =
        creation(secret_ref("a"), {{"tls.crt", pair.certificate_pem}, {"tls.key", "no key"}});
    apply.body.meta.annotations[std::string(api::kPairDigest)] = std::string(64, '0');
    ASSERT_TRUE(rig.cluster->write(std::move(apply)));
    EXPECT_EQ(rig.get<SecretFacts>(secret_ref("a"))->pair.key, core::KeyState::kUnreadable);
}

TEST_F(LiveSecretsTest, AuthoritiesLieApart) {
    rig.start();
    create(secret_ref("root.g0", "stackseal"), {{"k", "ca key"}});
    EXPECT_EQ(read_file(rig.state("authorities/root.g0/k")), "ca key");
    EXPECT_FALSE(fs::exists(rig.state("secrets/stackseal")));
    rig.start();
    EXPECT_EQ(rig.data(secret_ref("root.g0", "stackseal"), "k"), "ca key");
}

TEST_F(LiveSecretsTest, AForeignFolderOfTheAuthorityNamespaceIsIgnored) {
    rig.start();
    create(secret_ref("x", "other"), {{"k", "v"}});
    rig.stop();
    fs::rename(rig.state("secrets/other"), rig.state("secrets/stackseal"));
    rig.start();
    EXPECT_FALSE(rig.get<SecretFacts>(secret_ref("x", "stackseal")));
}

TEST_F(LiveSecretsTest, WritesNeedTheVersionThatTheyWereDecidedOn) {
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

TEST_F(LiveSecretsTest, AWriteThatChangesNothingTouchesNothing) {
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

TEST_F(LiveSecretsTest, AChangeKeepsUidAndCreation) {
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

TEST_F(LiveSecretsTest, DeletionNeedsUidAndVersion) {
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

TEST_F(LiveSecretsTest, OnlySecretsCanBeDeleted) {
    write("a.yaml", certificate_yaml("a"));
    rig.start();
    const auto refused = rig.cluster->write(ports::DeleteObject{certificate_ref("a"), "", ""});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Code::kDenied);
}

TEST_F(LiveSecretsTest, NoNameEscapesTheState) {
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

TEST_F(LiveSecretsTest, AStateFolderThatIsALinkIsNotFollowed) {
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

TEST_F(LiveSecretsTest, AFullOrReadOnlyDiskLeavesTheSecretAsItWas) {
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

TEST_F(LiveSecretsTest, AfterAFaultBehindTheSwapTheStoreShowsWhatTookEffect) {
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

}  // namespace
}  // namespace stackseal::local
