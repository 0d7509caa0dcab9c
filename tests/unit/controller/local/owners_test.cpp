// SPDX-License-Identifier: Apache-2.0
// Secrets that others give or own: read-only manifests, and garbage collection.
#include <gmock/gmock.h>

#include "tests/unit/controller/local/fixture.hpp"

namespace stackseal::local {
namespace {

using namespace tests;
using api::Certificate;
using api::SecretFacts;
using core::Code;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using OwnersTest = ClusterTest;

// ---- Secrets as manifests

const char* const kGiven =
    "apiVersion: v1\nkind: Secret\nmetadata: {name: given}\n"
    "stringData: {k: given}\n";

TEST_F(OwnersTest, AGivenSecretIsServedAndNeverWritten) {
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

TEST_F(OwnersTest, AGivenSecretFollowsItsFile) {
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

TEST_F(OwnersTest, AGivenSecretDoesNotHideOneOfOurs) {
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

TEST_F(OwnersTest, WithACertificateGoTheSecretsThatItOwns) {
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

TEST_F(OwnersTest, WhatWasRemovedWhileStoppedIsCollectedAtTheStart) {
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

}  // namespace
}  // namespace stackseal::local
