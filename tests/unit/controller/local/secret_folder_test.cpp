// SPDX-License-Identifier: Apache-2.0
// The layout of one Secret: read as a whole, swapped as a whole, mended where people were at it.
#include <gmock/gmock.h>

#include "tests/unit/controller/local/secret_folder_texts.hpp"

namespace stackseal::local {
namespace {

using namespace tests;
using testing::ElementsAre;
using testing::HasSubstr;

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
    EXPECT_TRUE(fs::is_symlink(root / "foreign"));
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
