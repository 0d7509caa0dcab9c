// SPDX-License-Identifier: Apache-2.0
// The layout of one Secret: read, swapped as a whole, and whole after a fault at any step.
#include "controller/local/secret_folder.hpp"

#include <gmock/gmock.h>
#include <sys/wait.h>

#include "tests/unit/controller/local/rig.hpp"

namespace stackseal::local {
namespace {

using namespace tests;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Texts = std::map<std::string, std::string>;

SecretFiles files_of(const Texts& keys, std::string metadata) {
    SecretFiles files;
    for (const auto& [key, text] : keys) files.keys.emplace(key, core::SecretBytes(text));
    files.metadata = std::move(metadata);
    return files;
}

SecretFiles old_files() {
    return files_of({{"tls.crt", "old crt"}, {"tls.key", "old key"}}, "old");
}
SecretFiles new_files() {
    return files_of({{"ca.crt", "new ca"}, {"tls.crt", "new crt"}, {"tls.key", "new key"}}, "new");
}

/// Everything that a reader sees, "" as key for the metadata; "absent" if there is no Secret.
Texts seen(const Folder& secret) {
    const auto files = read_published(secret);
    if (!files) return {{"error", files.error().message}};
    if (!*files) return {{"absent", ""}};
    Texts texts{{"", (*files)->metadata.value_or("lost")}};
    for (const auto& [key, bytes] : (*files)->keys) texts[key] = bytes.reveal();
    return texts;
}

const Texts kAbsent{{"absent", ""}};
const Texts kOld{{"", "old"}, {"tls.crt", "old crt"}, {"tls.key", "old key"}};
const Texts kNew{{"", "new"}, {"ca.crt", "new ca"}, {"tls.crt", "new crt"}, {"tls.key", "new key"}};

std::vector<std::string> tidy(const std::string& generation, std::vector<std::string> keys) {
    std::vector<std::string> names{"..data -> " + generation, generation,
                                   generation + "/.stackseal.json"};
    for (const std::string& key : keys) {
        names.push_back(key + " -> ..data/" + key);
        names.push_back(generation + "/" + key);
    }
    std::sort(names.begin(), names.end());
    return names;
}

TEST(SecretFolder, LooksAsKubeletMountsOne) {
    const TemporaryFolder root;
    ASSERT_TRUE(publish(open_folder(root.path()), "..1", old_files()));
    EXPECT_EQ(tree(root.path()), tidy("..1", {"tls.crt", "tls.key"}));
    EXPECT_EQ(read_file(root / "tls.key"), "old key");
    EXPECT_EQ(mode_of(root / "..1"), 0700);
    EXPECT_EQ(mode_of(root / "..1/tls.key"), 0600);
    EXPECT_EQ(mode_of(root / "..1/.stackseal.json"), 0600);
    EXPECT_EQ(seen(open_folder(root.path())), kOld);
}

TEST(SecretFolder, AChangeReplacesAllAndLeavesNothingOld) {
    const TemporaryFolder root;
    const Folder secret = open_folder(root.path());
    ASSERT_TRUE(publish(secret, "..1", new_files()));
    ASSERT_TRUE(publish(secret, "..2", old_files()));
    EXPECT_EQ(seen(secret), kOld);
    EXPECT_EQ(tree(root.path()), tidy("..2", {"tls.crt", "tls.key"}));
}

TEST(SecretFolder, AnOpenReaderOfTheFolderSeesTheSwap) {
    const TemporaryFolder root;
    const Folder secret = open_folder(root.path());
    ASSERT_TRUE(publish(secret, "..1", old_files()));
    const Folder mounted = open_folder(root.path());  // as a bind mount would hold it
    ASSERT_TRUE(publish(secret, "..2", new_files()));
    EXPECT_EQ(seen(mounted), kNew);
}

// ---- faults

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

TEST(SecretFolder, KilledAtAnyStepOfACreationItIsAbsentOrWhole) {
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

TEST(SecretFolder, KilledAtAnyStepOfAChangeItIsOldOrNew) {
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

TEST(SecretFolder, AReaderNeverSeesAMixture) {
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

TEST(SecretFolder, KilledAtAnyStepOfAWithdrawalItIsWholeOrGone) {
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

TEST(SecretFolder, AFullDiskAtAnyStepLeavesOldOrNewAndSaysWhich) {
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

TEST(SecretFolder, EverythingIsOnTheDiskBeforeTheSwapAndTheSwapBeforeTheWiping) {
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

// ---- people

TEST(SecretFolder, AHealthyFolderIsNotTouchedByHealing) {
    const TemporaryFolder root;
    ASSERT_TRUE(publish(open_folder(root.path()), "..1", old_files()));
    int steps = 0;
    const Folder secret = open_folder(root.path(), [&](auto, const auto&) { return ++steps, 0; });
    EXPECT_TRUE(*heal(secret));
    EXPECT_EQ(steps, 0);
}

TEST(SecretFolder, ALostDataLinkIsRestoredNotItsKeyWiped) {
    const TemporaryFolder root;
    const Folder secret = open_folder(root.path());
    ASSERT_TRUE(publish(secret, "..1", old_files()));
    fs::remove(root / "..data");
    EXPECT_EQ(seen(secret), kAbsent);
    EXPECT_TRUE(*heal(secret));
    EXPECT_EQ(seen(secret), kOld);
}

TEST(SecretFolder, OfSeveralGenerationsWithoutALinkNoneIsGuessed) {
    const TemporaryFolder root;
    const Folder secret = open_folder(root.path());
    ASSERT_TRUE(publish(secret, "..1", old_files()));
    fs::copy(root / "..1", root / "..0");
    fs::remove(root / "..data");
    const auto before = tree(root.path());
    const auto healed = heal(secret);
    ASSERT_FALSE(healed);
    EXPECT_EQ(healed.error().code, core::Code::kCorrupt);
    EXPECT_THAT(healed.error().message, HasSubstr("ln -s ..1 " + root.path() + "/..data"));
    EXPECT_EQ(tree(root.path()), before);
}

TEST(SecretFolder, ADataLinkThatLeadsAwayIsNotFollowed) {
    const TemporaryFolder root;
    const TemporaryFolder elsewhere;
    write_file(elsewhere / "tls.key", "foreign");
    write_file(elsewhere / ".stackseal.json", "foreign");
    fs::create_directory(root / "..1");
    fs::create_symlink("..data/tls.key", root / "tls.key");
    for (const std::string& target :
         {elsewhere.path(), "../" + fs::path(elsewhere.path()).filename().string(),
          std::string("..1/../../x"), std::string("..")}) {
        fs::create_symlink(target, root / "..data");
        EXPECT_EQ(seen(open_folder(root.path())), kAbsent) << target;
        fs::remove(root / "..data");
    }
}

TEST(SecretFolder, AGenerationThatIsALinkIsNotFollowed) {
    const TemporaryFolder root;
    const TemporaryFolder elsewhere;
    write_file(elsewhere / "tls.key", "foreign");
    fs::create_symlink(elsewhere.path(), root / "..1");
    fs::create_symlink("..1", root / "..data");
    fs::create_symlink("..data/tls.key", root / "tls.key");
    EXPECT_THAT(seen(open_folder(root.path())).at("error"), HasSubstr("move it away"));
    const auto healed = heal(open_folder(root.path()));
    EXPECT_FALSE(healed);
    EXPECT_EQ(read_file(elsewhere / "tls.key"), "foreign");
}

TEST(SecretFolder, KeysAreWhatAReaderWouldSee) {
    const TemporaryFolder root;
    const TemporaryFolder elsewhere;
    write_file(elsewhere / "key", "foreign");
    const Folder secret = open_folder(root.path());
    ASSERT_TRUE(publish(secret, "..1", new_files()));
    fs::remove(root / "ca.crt");                              // its link only
    fs::remove(root / "..1/tls.crt");                         // its file only
    fs::remove(root / "tls.key");                             // a link…
    write_file(root / "tls.key", "edited");                   // …replaced by a file (sed -i)
    fs::create_symlink(elsewhere / "key", root / "foreign");  // never followed
    write_file(root / "tls.crt~", "an editor's backup");
    const auto files = read_published(secret);
    ASSERT_TRUE(files && *files);
    EXPECT_EQ(seen(secret), (Texts{{"", "new"}, {"tls.key", "edited"}}));
    EXPECT_THAT((*files)->problems,
                ElementsAre(HasSubstr("/foreign: is no key"), HasSubstr("/tls.crt: is no key"),
                            HasSubstr("/tls.crt~: is no key")));
    // The next write makes all good, and destroys neither the backup nor the foreign file.
    ASSERT_TRUE(publish(secret, "..2", new_files()));
    EXPECT_EQ(seen(secret), kNew);
    EXPECT_EQ(read_file(root / "tls.crt~"), "an editor's backup");
    EXPECT_EQ(read_file(elsewhere / "key"), "foreign");
}

TEST(SecretFolder, FilesOfOthersAreNotOverwritten) {
    const TemporaryFolder root;
    write_file(root / "tls.key", "precious");
    const Folder secret = open_folder(root.path());
    const auto done = publish(secret, "..1", new_files());
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, core::Code::kDenied);
    EXPECT_THAT(done.error().message, HasSubstr("/tls.key: stands where a Secret"));
    EXPECT_TRUE(*heal(secret));
    EXPECT_THAT(tree(root.path()), ElementsAre("tls.key"));
    EXPECT_EQ(read_file(root / "tls.key"), "precious");
}

TEST(SecretFolder, TheStampFollowsEveryVisibleChange) {
    const TemporaryFolder root;
    const Folder secret = open_folder(root.path());
    EXPECT_EQ(*stamp(secret), "");
    ASSERT_TRUE(publish(secret, "..1", new_files()));
    std::string before = *stamp(secret);
    EXPECT_EQ(*stamp(secret), before);
    const std::function<void()> changes[] = {
        [&] { write_file(root / "..1/tls.crt", "edited in place"); },
        [&] { fs::remove(root / "..1/tls.crt"); },
        [&] { fs::remove(root / "ca.crt"); },
        [&] { write_file(root / "added", "by a person"); },
        [&] { write_file(root / "..1/.stackseal.json", "{}"); },
        [&] { ASSERT_TRUE(publish(secret, "..2", new_files())); },
    };
    for (const auto& change : changes) {
        change();
        const std::string after = *stamp(secret);
        EXPECT_NE(after, before);
        before = after;
    }
}

}  // namespace
}  // namespace stackseal::local
