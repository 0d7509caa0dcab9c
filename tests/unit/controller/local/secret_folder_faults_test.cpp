// SPDX-License-Identifier: Apache-2.0
// A fault at any step of a Secret's life: killed, killed again, or the disk being full.
#include <gmock/gmock.h>
#include <sys/wait.h>

#include "tests/unit/controller/local/secret_folder_texts.hpp"

namespace stackseal::local {
namespace {

using namespace tests;
using testing::IsEmpty;

/// Counts the steps that change the disk, and does something at one of them.
class Nth {
  public:
    Nth(int nth, std::function<int()> act) : left_(nth), act_(std::move(act)) {}
    int operator()(std::string_view, const std::string&) {
        const bool now = !fired_ && left_-- == 0;
        fired_ = fired_ || now;
        return now ? act_() : 0;
    }
    bool fired() const { return fired_; }
    void disarm() { fired_ = true; }

  private:
    int left_;
    bool fired_ = false;
    std::function<int()> act_;
};

/// Runs work in a process that is killed at its nth step. True if it came to that.
bool killed_at(int nth, const std::string& path, const std::function<void(const Folder&)>& work) {
    const pid_t child = ::fork();
    if (child == 0) {
        work(open_folder(path, Nth(nth, []() -> int { ::_exit(7); })));
        ::_exit(0);
    }
    int status = 0;
    EXPECT_EQ(::waitpid(child, &status, 0), child);
    return WIFEXITED(status) && WEXITSTATUS(status) == 7;
}

TEST(SecretFolderFaults, KilledAtAnyStepOfACreationItIsAbsentOrWhole) {
    int steps = 0;
    for (bool killed = true; killed; ++steps) {
        const TemporaryFolder root;
        killed = killed_at(steps, root.path(),
                           [](const Folder& secret) { (void)publish(secret, "..1", new_files()); });
        const Folder secret = open_folder(root.path());
        const auto kept = heal(secret);
        ASSERT_TRUE(kept) << steps << ": " << kept.error().message;
        const Texts found = seen(secret);
        EXPECT_TRUE(found == kAbsent || found == kNew) << steps << testing::PrintToString(found);
        EXPECT_EQ(*kept, found == kNew) << steps;
        if (found == kNew) {
            EXPECT_EQ(tree(root.path()), tidy("..1", {"ca.crt", "tls.crt", "tls.key"})) << steps;
        } else {
            EXPECT_THAT(tree(root.path()), IsEmpty()) << steps;
        }
        ASSERT_TRUE(publish(secret, "..9", old_files())) << steps;
        EXPECT_EQ(tree(root.path()), tidy("..9", {"tls.crt", "tls.key"})) << steps;
    }
    EXPECT_GT(steps, 15);  // the loop did kill at every step
}

TEST(SecretFolderFaults, KilledAtAnyStepOfAChangeItIsOldOrNew) {
    int steps = 0, old = 0, fresh = 0;
    for (bool killed = true; killed; ++steps) {
        const TemporaryFolder root;
        ASSERT_TRUE(publish(open_folder(root.path()), "..1", old_files()));
        killed = killed_at(steps, root.path(),
                           [](const Folder& secret) { (void)publish(secret, "..2", new_files()); });
        const Folder secret = open_folder(root.path());
        const auto kept = heal(secret);
        ASSERT_TRUE(kept && *kept) << steps;
        const Texts found = seen(secret);
        EXPECT_TRUE(found == kOld || found == kNew) << steps << testing::PrintToString(found);
        found == kOld ? ++old : ++fresh;
        EXPECT_EQ(tree(root.path()), found == kOld ? tidy("..1", {"tls.crt", "tls.key"})
                                                   : tidy("..2", {"ca.crt", "tls.crt", "tls.key"}))
            << steps;
    }
    EXPECT_GT(old, 5);
    EXPECT_GT(fresh, 5);
}

TEST(SecretFolderFaults, KilledAgainAtAnyStepOfTheHealingItStillIsOldOrNew) {
    bool killed = true;
    for (int first = 0; killed; ++first) {
        bool again = true;
        for (int second = 0; again; ++second) {
            const TemporaryFolder root;
            ASSERT_TRUE(publish(open_folder(root.path()), "..1", old_files()));
            killed = killed_at(first, root.path(), [](const Folder& secret) {
                (void)publish(secret, "..2", new_files());
            });
            again =
                killed_at(second, root.path(), [](const Folder& secret) { (void)heal(secret); });
            const Folder secret = open_folder(root.path());
            ASSERT_TRUE(heal(secret)) << first << ", " << second;
            const Texts found = seen(secret);
            ASSERT_TRUE(found == kOld || found == kNew) << first << ", " << second;
            EXPECT_EQ(tree(root.path()), found == kOld
                                             ? tidy("..1", {"tls.crt", "tls.key"})
                                             : tidy("..2", {"ca.crt", "tls.crt", "tls.key"}))
                << first << ", " << second;
        }
    }
}

TEST(SecretFolderFaults, AReaderNeverSeesAMixture) {
    // Not healed: what a consumer sees between any two steps.
    bool killed = true;
    for (int step = 0; killed; ++step) {
        const TemporaryFolder root;
        ASSERT_TRUE(publish(open_folder(root.path()), "..1", old_files()));
        killed = killed_at(step, root.path(),
                           [](const Folder& secret) { (void)publish(secret, "..2", new_files()); });
        const std::string crt = read_file(root / "tls.crt");
        const std::string key = read_file(root / "tls.key");
        EXPECT_TRUE((crt == "old crt" && key == "old key") ||
                    (crt == "new crt" && key == "new key"))
            << step << ": " << crt << ", " << key;
    }
}

TEST(SecretFolderFaults, AReaderNeverSeesAMixtureWhileACreationIsHealed) {
    int whole = 0;
    bool killed = true;
    for (int step = 0; killed; ++step) {
        const TemporaryFolder root;
        killed = killed_at(step, root.path(),
                           [](const Folder& secret) { (void)publish(secret, "..1", old_files()); });
        const auto look = [&](std::string_view, const std::string&) {
            const bool crt = fs::exists(root / "tls.crt");
            EXPECT_EQ(crt, fs::exists(root / "tls.key")) << step;
            return 0;
        };
        ASSERT_TRUE(heal(open_folder(root.path(), look))) << step;
        whole += fs::exists(root / "tls.crt") ? 1 : 0;
    }
    EXPECT_GT(whole, 5);
}

TEST(SecretFolderFaults, KilledAtAnyStepOfAWithdrawalItIsWholeOrGone) {
    int whole = 0, gone = 0;
    bool killed = true;
    for (int step = 0; killed; ++step) {
        const TemporaryFolder root;
        ASSERT_TRUE(publish(*open_folder(root.path()).make_child("name"), "..1", old_files()));
        killed = killed_at(step, root.path(),
                           [](const Folder& space) { (void)withdraw(space, "name"); });
        const Folder space = open_folder(root.path());
        ASSERT_TRUE(empty_trash(space)) << step;
        const auto secret = space.child("name");
        ASSERT_TRUE(secret);
        if (*secret) {
            EXPECT_EQ(seen(**secret), kOld) << step;
            ++whole;
        } else {
            EXPECT_THAT(tree(root.path()), IsEmpty()) << step;
            ++gone;
        }
    }
    EXPECT_GT(whole, 0);
    EXPECT_GT(gone, 3);
}

TEST(SecretFolderFaults, AFullDiskAtAnyStepLeavesOldOrNewAndSaysWhich) {
    int steps = 0;
    for (bool failed = true; failed; ++steps) {
        const TemporaryFolder root;
        ASSERT_TRUE(publish(open_folder(root.path()), "..1", old_files()));
        auto fault = std::make_shared<Nth>(steps, [] { return ENOSPC; });
        const Folder secret = open_folder(
            root.path(), [fault](auto step, const auto& path) { return (*fault)(step, path); });
        const auto done = publish(secret, "..2", new_files());
        failed = fault->fired();
        fault->disarm();
        EXPECT_EQ(seen(secret), !done && !done.error().maybe_executed ? kOld : kNew) << steps;
        EXPECT_TRUE(done || done.error().code == core::Code::kUnavailable) << steps;
        if (!done && !done.error().maybe_executed) {
            EXPECT_EQ(tree(root.path()), tidy("..1", {"tls.crt", "tls.key"})) << steps;
        }
        // Space again: the same write succeeds and tidies up.
        ASSERT_TRUE(publish(secret, "..3", new_files())) << steps;
        EXPECT_EQ(tree(root.path()), tidy("..3", {"ca.crt", "tls.crt", "tls.key"})) << steps;
    }
    EXPECT_GT(steps, 20);
}

TEST(SecretFolderFaults, EverythingIsOnTheDiskBeforeTheSwapAndTheSwapBeforeTheWiping) {
    const TemporaryFolder root;
    ASSERT_TRUE(publish(open_folder(root.path()), "..1", old_files()));
    std::vector<std::string> steps;
    const Folder secret = open_folder(root.path(), [&](auto step, const std::string& path) {
        steps.push_back(std::string(step) + " " +
                        (path == root.path() ? "." : path.substr(root.path().size() + 1)));
        return 0;
    });
    ASSERT_TRUE(publish(secret, "..2", old_files()));
    const std::vector<std::string> expected = {"mkdir ..2",
                                               "create ..2/tls.crt",
                                               "write ..2/tls.crt",
                                               "create ..2/tls.key",
                                               "write ..2/tls.key",
                                               "create ..2/..new-metadata",
                                               "write ..2/..new-metadata",
                                               "sync ..2/tls.crt",
                                               "sync ..2/tls.key",
                                               "sync ..2/..new-metadata",
                                               "rename ..2/.stackseal.json",
                                               "sync ..2",
                                               "link ..data",
                                               "rename ..data",
                                               "sync .",
                                               "wipe ..1/.stackseal.json",
                                               "unlink ..1/.stackseal.json",
                                               "wipe ..1/tls.crt",
                                               "unlink ..1/tls.crt",
                                               "wipe ..1/tls.key",
                                               "unlink ..1/tls.key",
                                               "rmdir ..1"};
    EXPECT_EQ(steps, expected);
}

}  // namespace
}  // namespace stackseal::local
