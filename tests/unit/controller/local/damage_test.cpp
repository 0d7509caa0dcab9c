// SPDX-License-Identifier: Apache-2.0
// What people and crashes do to the state directory.
#include <gmock/gmock.h>
#include <sys/wait.h>

#include "controller/api/names.hpp"
#include "tests/unit/controller/local/fixture.hpp"

namespace stackseal::local {
namespace {

using namespace tests;
using api::Certificate;
using api::SecretFacts;
using core::Code;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using DamageTest = ClusterTest;

TEST_F(DamageTest, AnExternalEditIsSeenByTheNextLook) {
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

TEST_F(DamageTest, AConflictRefreshesTheStore) {
    rig.start();
    const core::Ref ref = secret_ref("a");
    const std::string version = create(ref, {{"k", "1"}});
    fs::remove_all(rig.state("secrets/default/a"));
    ports::ApplySecret stale = creation(ref, {{"k", "2"}});
    stale.expected_version = version;
    EXPECT_EQ(rig.cluster->write(std::move(stale)).error().code, Code::kConflict);
    EXPECT_FALSE(rig.get<SecretFacts>(ref));
}

TEST_F(DamageTest, LostMetadataMakesAStrangerNotALoss) {
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

TEST_F(DamageTest, LeftoversOfACrashAreGoneAfterTheStart) {
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

TEST_F(DamageTest, DamageThatCannotBeMendedIsReportedAndTheRestGoesOn) {
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

TEST_F(DamageTest, ARestartWritesNothing) {
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

TEST_F(DamageTest, NoLogLineHoldsBytes) {
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

// ---- killed in the middle

/// Runs work on a cluster in a process that is killed at its nth step on the disk.
bool killed_at(int nth, Rig& rig, const std::function<void()>& work) {
    const pid_t child = ::fork();
    if (child == 0) {
        int left = -1;
        rig.options.hook = [&](auto, const auto&) { return left-- == 0 ? (::_exit(7), 0) : 0; };
        if (!rig.open()) ::_exit(1);
        left = nth;
        work();
        ::_exit(0);
    }
    int status = 0;
    EXPECT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) != 1);
    return WEXITSTATUS(status) == 7;
}

TEST(Crash, KilledAtAnyStepOfASecretsLifeTheNextStartFindsAWholeOne) {
    bool killed = true;
    for (int step = 0; killed; ++step) {
        Rig rig;
        killed = killed_at(step, rig, [&] {
            const core::Ref ref = secret_ref("a");
            const auto made = rig.cluster->write(creation(ref, {{"k", "1"}, {"l", "1"}}));
            ports::ApplySecret change = creation(ref, {{"k", "2"}, {"l", "2"}});
            change.expected_version = facts(*made).meta.resource_version;
            const auto changed = rig.cluster->write(std::move(change));
            const api::Meta& meta = facts(*changed).meta;
            (void)rig.cluster->write(ports::DeleteObject{ref, meta.uid, meta.resource_version});
        });
        rig.start();
        const core::Ref ref = secret_ref("a");
        const auto held = rig.get<api::SecretFacts>(ref);
        if (held) {
            const std::string k = rig.data(ref, "k");
            EXPECT_TRUE(k == "1" || k == "2") << step << ": " << k;
            EXPECT_EQ(rig.data(ref, "l"), k) << step;
            EXPECT_FALSE(held->meta.uid.empty());
        }
        EXPECT_THAT(rig.problems(), testing::IsEmpty()) << step;
        // No trace of another generation, and room for the next write.
        std::size_t folders = 0;
        for (const std::string& name : tree(rig.state("secrets")))
            folders += fs::is_directory(fs::symlink_status(rig.state("secrets/" + name)));
        EXPECT_LE(folders, held ? 3U : 1U) << step;
        ports::ApplySecret next = creation(ref, {{"k", "3"}});
        if (held) next.expected_version = held->meta.resource_version;
        ASSERT_TRUE(rig.cluster->write(std::move(next))) << step;
        EXPECT_EQ(rig.data(ref, "k"), "3") << step;
    }
}

TEST(Crash, KilledAtAnyStepOfAStatusWriteTheNextStartHasTheOldOrTheNew) {
    bool killed = true;
    int old = 0, fresh = 0;
    for (int step = 0; killed; ++step) {
        Rig rig;
        write_file(rig.manifest("a.yaml"), certificate_yaml("a"));
        const auto record = [&](std::int64_t revision) {
            const auto before = rig.get<api::Certificate>(certificate_ref("a"));
            auto after = std::make_shared<api::Certificate>(*before);
            after->status.revision = revision;
            (void)rig.cluster->write(
                ports::RecordStatus{before, api::Snapshot<api::Certificate>(std::move(after))});
        };
        rig.start();
        record(1);
        rig.stop();
        killed = killed_at(step, rig, [&] { record(2); });
        rig.start();
        const auto revision = rig.get<api::Certificate>(certificate_ref("a"))->status.revision;
        EXPECT_TRUE(revision == 1 || revision == 2) << step << ": " << revision;
        revision == 1 ? ++old : ++fresh;
        EXPECT_THAT(tree(rig.state("status/Certificate/default")), testing::ElementsAre("a.yaml"))
            << step;
    }
    EXPECT_GT(old, 1);
    EXPECT_GT(fresh, 1);
}

}  // namespace
}  // namespace stackseal::local
