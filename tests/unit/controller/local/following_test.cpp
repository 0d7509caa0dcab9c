// SPDX-License-Identifier: Apache-2.0
// Changes that people and tools make, noticed by inotify while the cluster runs.
#include <gmock/gmock.h>

#include "controller/local/local_cluster.hpp"
#include "tests/unit/controller/local/rig.hpp"

namespace stackseal::local {
namespace {

using namespace tests;
using api::Certificate;
using api::SecretFacts;
using testing::IsEmpty;

class FollowingTest : public testing::Test {
  protected:
    FollowingTest() {
        // Whatever is noticed here is noticed by inotify.
        rig.options.sweep = std::chrono::hours(1);
    }
    void write(const std::string& name, const std::string& text) {
        write_file(rig.manifest(name), text);
    }
    bool appears(const std::string& name) {
        return rig.eventually(
            [&] { return rig.get<Certificate>(certificate_ref(name)) != nullptr; });
    }
    bool vanishes(const std::string& name) {
        return rig.eventually(
            [&] { return rig.get<Certificate>(certificate_ref(name)) == nullptr; });
    }
    bool asks_for(const std::string& name, const std::string& dns) {
        return rig.eventually([&] {
            const auto held = rig.get<Certificate>(certificate_ref(name));
            return held && held->spec.dns_names == std::vector<std::string>{dns};
        });
    }
    bool secret_is(const std::string& name, bool there) {
        return rig.eventually(
            [&] { return (rig.get<SecretFacts>(secret_ref(name)) != nullptr) == there; });
    }
    api::Snapshot<SecretFacts> create(const std::string& name) {
        EXPECT_TRUE(rig.cluster->write(creation(secret_ref(name), {{"k", "1"}, {"l", "2"}})));
        return rig.get<SecretFacts>(secret_ref(name));
    }

    Rig rig;
};

TEST_F(FollowingTest, ManifestsAsTheyComeChangeAndGo) {
    rig.run();
    write("a.yaml", certificate_yaml("a", "one.example"));
    ASSERT_TRUE(appears("a"));
    write("a.yaml", certificate_yaml("a", "two.example"));
    ASSERT_TRUE(asks_for("a", "two.example"));
    fs::remove(rig.manifest("a.yaml"));
    ASSERT_TRUE(vanishes("a"));
}

TEST_F(FollowingTest, AnEditorsRenameOverIsAChangeWithoutARemoval) {
    write("a.yaml", certificate_yaml("a", "one.example"));
    rig.run();
    rig.forget_changes();
    fs::rename(rig.manifest("a.yaml"), rig.manifest("a.yaml~"));  // vim: backupcopy=no
    write("a.yaml", certificate_yaml("a", "two.example"));
    ASSERT_TRUE(asks_for("a", "two.example"));
    write(".a.yaml.swp", certificate_yaml("a", "three.example"));     // a temporary file…
    fs::rename(rig.manifest(".a.yaml.swp"), rig.manifest("a.yaml"));  // …renamed over
    ASSERT_TRUE(asks_for("a", "three.example"));
    for (const ports::Change& change : rig.changes())
        EXPECT_NE(api::meta_of(change.after), nullptr);
}

TEST_F(FollowingTest, NewFoldersAndWhatIsInThem) {
    rig.run();
    write("x/y/z/a.yaml", certificate_yaml("a"));
    ASSERT_TRUE(appears("a"));
    write("x/y/z/b.yaml", certificate_yaml("b"));
    ASSERT_TRUE(appears("b"));
    fs::rename(rig.manifest("x/y"), rig.manifest("x/w"));
    write("x/w/z/c.yaml", certificate_yaml("c"));
    ASSERT_TRUE(appears("c"));
    EXPECT_TRUE(rig.get<Certificate>(certificate_ref("a")));
    fs::remove_all(rig.manifest("x"));
    ASSERT_TRUE(vanishes("a") && vanishes("b") && vanishes("c"));
}

TEST_F(FollowingTest, AWholeDirectoryThatIsSwapped) {
    write("a.yaml", certificate_yaml("a"));
    rig.options.sweep = std::chrono::milliseconds(20);  // what comes under an old path tells nobody
    rig.run();
    fs::rename(rig.options.manifests, rig.root / "old");
    ASSERT_TRUE(rig.eventually([&] { return !rig.problems().empty(); }));
    EXPECT_TRUE(rig.get<Certificate>(certificate_ref("a")));
    write_file(rig.root / "new/b.yaml", certificate_yaml("b"));
    fs::rename(rig.root / "new", rig.options.manifests);
    ASSERT_TRUE(appears("b") && vanishes("a"));
    EXPECT_TRUE(rig.eventually([&] { return rig.problems().empty(); }));
}

TEST_F(FollowingTest, ATypoIsAProblemUntilItIsMended) {
    write("a.yaml", certificate_yaml("a"));
    rig.run();
    write("a.yaml", "kind: [");
    ASSERT_TRUE(rig.eventually([&] { return rig.problems().size() == 1; }));
    EXPECT_TRUE(rig.get<Certificate>(certificate_ref("a")));
    write("a.yaml", certificate_yaml("a", "two.example"));
    ASSERT_TRUE(asks_for("a", "two.example"));
    EXPECT_TRUE(rig.eventually([&] { return rig.problems().empty(); }));
}

TEST_F(FollowingTest, EditsOfASecretsKeys) {
    rig.run();
    auto held = create("a");
    const std::string folder = rig.state("secrets/default/a");
    const std::function<void()> edits[] = {
        [&] { write_file(folder + "/k", "edited through its link"); },
        [&] { fs::remove(folder + "/..data/k"); },
        [&] { fs::remove(folder + "/l"); },
        [&] { write_file(folder + "/l", "a file in the link's place"); },
    };
    for (const auto& edit : edits) {
        edit();
        ASSERT_TRUE(rig.eventually([&] {
            const auto now = rig.get<SecretFacts>(secret_ref("a"));
            return now && now->sizes != held->sizes;
        }));
        held = rig.get<SecretFacts>(secret_ref("a"));
    }
}

TEST_F(FollowingTest, AfterAChangeOfOursEditsAreStillSeen) {
    rig.run();
    const auto first = create("a");
    ports::ApplySecret change = creation(secret_ref("a"), {{"k", "22"}});
    change.expected_version = first->meta.resource_version;
    ASSERT_TRUE(rig.cluster->write(std::move(change)));
    write_file(rig.state("secrets/default/a/k"), "333");
    ASSERT_TRUE(
        rig.eventually([&] { return rig.get<SecretFacts>(secret_ref("a"))->sizes.at("k") == 3; }));
}

TEST_F(FollowingTest, RemovedFoldersAreAbsentSecretsAndRestoredOnesAreBack) {
    rig.run();
    create("a");
    create("b");
    fs::copy(rig.state("secrets"), rig.root / "backup",
             fs::copy_options::recursive | fs::copy_options::copy_symlinks);
    fs::remove_all(rig.state("secrets/default/a"));
    ASSERT_TRUE(secret_is("a", false));
    EXPECT_TRUE(rig.get<SecretFacts>(secret_ref("b")));
    fs::remove_all(rig.state("secrets"));
    ASSERT_TRUE(secret_is("b", false));
    create("c");  // the folders are made again
    fs::copy(rig.root / "backup/default/a", rig.state("secrets/default/a"),
             fs::copy_options::recursive | fs::copy_options::copy_symlinks);
    rig.cluster->refresh();
    ASSERT_TRUE(secret_is("a", true));
    EXPECT_EQ(rig.data(secret_ref("a"), "l"), "2");
}

TEST_F(FollowingTest, ANamespaceRestoredFromABackupIsSeen) {
    rig.run();
    create("a");
    fs::rename(rig.state("secrets/default"), rig.root / "away");
    ASSERT_TRUE(secret_is("a", false));
    fs::rename(rig.root / "away", rig.state("secrets/default"));
    ASSERT_TRUE(secret_is("a", true));
}

TEST_F(FollowingTest, OwnWritesAreToldOnce) {
    write("a.yaml", certificate_yaml("a"));
    rig.run();
    create("a");
    write("b.yaml", certificate_yaml("b"));
    ASSERT_TRUE(appears("b"));  // by now the happenings of the Secret were read, too
    int seen = 0;
    for (const ports::Change& change : rig.changes()) seen += change.ref == secret_ref("a");
    EXPECT_EQ(seen, 1);
}

TEST_F(FollowingTest, StopEndsTheRunAtOnce) {
    rig.run();
    const auto begin = std::chrono::steady_clock::now();
    rig.stop();
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(10));
}

TEST_F(FollowingTest, ASweepFindsWhatNoHintTold) {
    rig.options.sweep = std::chrono::milliseconds(10);
    write("a.yaml", certificate_yaml("a"));
    rig.run();
    create("s");
    // As on a network file system: changed where no event is sent, here before the watch began.
    fs::create_directories(rig.root / "elsewhere");
    fs::rename(rig.options.manifests, rig.root / "elsewhere/m");
    ASSERT_TRUE(rig.eventually([&] { return !rig.problems().empty(); }));
    write_file(rig.root / "elsewhere/m/b.yaml", certificate_yaml("b"));
    fs::rename(rig.root / "elsewhere/m", rig.options.manifests);
    ASSERT_TRUE(appears("b"));
    EXPECT_TRUE(rig.get<Certificate>(certificate_ref("a")));
}

TEST_F(FollowingTest, WritesFromManyThreadsAndAWatcherAgree) {
    rig.run();
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([&, t] {
            for (int i = 0; i < 25; ++i) {
                const core::Ref ref = secret_ref("s" + std::to_string(t) + "-" + std::to_string(i));
                const auto made = rig.cluster->write(creation(ref, {{"k", "1"}}));
                ASSERT_TRUE(made) << made.error().message;
                ports::ApplySecret change = creation(ref, {{"k", "22"}});
                change.expected_version = facts(*made).meta.resource_version;
                const auto changed = rig.cluster->write(std::move(change));
                ASSERT_TRUE(changed) << changed.error().message;
            }
        });
    threads.clear();
    const auto all = *rig.cluster->select({core::Resource::kSecret, ""});
    ASSERT_EQ(all.size(), 100U);
    for (const api::Object& object : all) EXPECT_EQ(facts(object).sizes.at("k"), 2U);
    EXPECT_THAT(rig.problems(), IsEmpty());
}

TEST_F(FollowingTest, ACreationIsWonByOneThread) {
    rig.start();
    std::atomic<int> won = 0, conflicts = 0;
    {
        std::vector<std::jthread> threads;
        for (int t = 0; t < 4; ++t)
            threads.emplace_back([&, t] {
                const auto made =
                    rig.cluster->write(creation(secret_ref("a"), {{"k", std::to_string(t)}}));
                if (made) ++won;
                if (!made && made.error().code == core::Code::kConflict) ++conflicts;
            });
    }
    EXPECT_EQ(won, 1);
    EXPECT_EQ(conflicts, 3);
}

}  // namespace
}  // namespace stackseal::local
