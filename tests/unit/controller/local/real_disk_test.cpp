// SPDX-License-Identifier: Apache-2.0
// Disks that really are full or read-only: small file systems in a mount namespace of their own.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>

#include <ctime>

#include "controller/local/local_cluster.hpp"
#include "tests/unit/controller/local/rig.hpp"

namespace stackseal::local {
namespace {

using namespace tests;

constexpr int kImpossible = 77;

/// Mounts a small file system, in a child process that has the mounts to itself.
bool mount_small(const std::string& path, const char* options) {
    return ::unshare(CLONE_NEWNS) == 0 &&
           ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
           ::mount("none", path.c_str(), "tmpfs", 0, options) == 0;
}

/// Makes what stands at a path read-only, until it is unmounted.
bool bind_read_only(const std::string& path) {
    return ::mount(path.c_str(), path.c_str(), nullptr, MS_BIND, nullptr) == 0 &&
           ::mount("none", path.c_str(), nullptr, MS_REMOUNT | MS_BIND | MS_RDONLY, nullptr) == 0;
}

/// Runs work in a child with a file system of its own at path. What it answers with: 0, or the
/// number of the check that failed.
int in_small_disk(const std::string& path, const char* options, const std::function<int()>& work) {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(mount_small(path, options) ? work() : kImpossible);
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + status;
}

TEST(RealDisk, AFullDiskHarmsNothingAndIsSurvived) {
    Rig rig;
    fs::create_directory(rig.options.state);
    const auto work = [&] {
        if (!rig.open()) return 1;
        const auto made = rig.cluster->write(creation(secret_ref("a"), {{"k", "1"}}));
        if (!made) return 2;
        std::ofstream filler(rig.state("filler"));
        while (filler.write("0123456789abcdef", 16).flush()) continue;
        ports::ApplySecret change = creation(secret_ref("a"), {{"k", std::string(60'000, 'x')}});
        change.expected_version = facts(*made).meta.resource_version;
        const auto refused = rig.cluster->write(std::move(change));
        if (refused || refused.error().code != core::Code::kUnavailable) return 3;
        if (refused.error().message.find("No space left on device") == std::string::npos) return 4;
        if (rig.data(secret_ref("a"), "k") != "1") return 5;
        if (read_file(rig.state("secrets/default/a/k")) != "1") return 6;
        filler.close();
        fs::remove(rig.state("filler"));
        if (!rig.cluster->write(creation(secret_ref("b"), {{"k", "2"}}))) return 7;
        return rig.open() && rig.data(secret_ref("a"), "k") == "1" ? 0 : 8;
    };
    const int answer = in_small_disk(rig.options.state, "size=256k,mode=0700", work);
    if (answer == kImpossible) GTEST_SKIP() << "no mounts allowed here (needs root)";
    EXPECT_EQ(answer, 0);
}

TEST(RealDisk, AReadOnlyDiskHarmsNothingAndIsSurvived) {
    Rig rig;
    fs::create_directory(rig.options.state);
    const auto work = [&] {
        if (!rig.open()) return 1;
        const auto made = rig.cluster->write(creation(secret_ref("a"), {{"k", "1"}}));
        if (!made) return 2;
        const std::string secrets = rig.state("secrets");
        if (!bind_read_only(secrets)) return 3;
        ports::ApplySecret change = creation(secret_ref("a"), {{"k", "2"}});
        change.expected_version = facts(*made).meta.resource_version;
        const auto refused = rig.cluster->write(std::move(change));
        if (refused || refused.error().code != core::Code::kUnavailable) return 4;
        if (refused.error().message.find("Read-only file system") == std::string::npos) return 5;
        if (rig.data(secret_ref("a"), "k") != "1") return 6;
        if (::umount2(secrets.c_str(), MNT_DETACH) != 0) return 7;
        if (!rig.cluster->write(creation(secret_ref("b"), {{"k", "2"}}))) return 8;
        rig.stop();
        if (!bind_read_only(rig.options.state)) return 9;
        if (rig.open()) return 10;  // the lock cannot be taken: said, not crashed
        if (::umount2(rig.options.state.c_str(), MNT_DETACH) != 0) return 11;
        return rig.open() && rig.data(secret_ref("a"), "k") == "1" ? 0 : 12;
    };
    const int answer = in_small_disk(rig.options.state, "size=1m,mode=0700", work);
    if (answer == kImpossible) GTEST_SKIP() << "no mounts allowed here (needs root)";
    EXPECT_EQ(answer, 0);
}

TEST(RealDisk, AThousandSecretsAreReadQuickly) {
    Rig rig;
    rig.start();
    std::vector<std::jthread> threads;
    for (int t = 0; t < 2; ++t)
        threads.emplace_back([&, t] {
            for (int i = t; i < 1000; i += 2)
                ASSERT_TRUE(rig.cluster->write(
                    creation(secret_ref("s" + std::to_string(i)), {{"a", "1"}, {"b", "2"}})));
        });
    threads.clear();
    const std::clock_t begin = std::clock();
    rig.start();
    const auto spent = (std::clock() - begin) * 1000 / CLOCKS_PER_SEC;
    EXPECT_EQ(rig.cluster->select({core::Resource::kSecret, ""})->size(), 1000U);
    // Many times what it takes, even with sanitizers: only a wrong order of growth fails here.
    EXPECT_LT(spent, 10'000) << "milliseconds of processor time";
    EXPECT_THAT(rig.log.lines(), testing::Contains("reading Secrets done=1000 of=1000"));
    RecordProperty("milliseconds", std::to_string(spent));
}

}  // namespace
}  // namespace stackseal::local
