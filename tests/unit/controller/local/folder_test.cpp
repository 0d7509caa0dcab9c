// SPDX-License-Identifier: Apache-2.0
// Files and folders: modes whatever the umask, no link followed, whole replacements, wiping.
#include <fcntl.h>
#include <gmock/gmock.h>

#include "tests/unit/controller/local/rig.hpp"

namespace stackseal::local {
namespace {

using namespace tests;
using testing::ElementsAre;
using testing::HasSubstr;

/// The process's umask, until the end of the scope.
class Umask {
  public:
    explicit Umask(mode_t mask) : before_(::umask(mask)) {}
    ~Umask() { ::umask(before_); }

  private:
    mode_t before_;
};

TEST(Folder, ModesDoNotDependOnTheUmask) {
    for (const mode_t mask : {mode_t{0}, mode_t{0777}, mode_t{0022}}) {
        const TemporaryFolder root;
        const Umask hostile(mask);
        const Folder folder = open_folder(root.path());
        const auto child = folder.make_child("child");
        ASSERT_TRUE(child) << child.error().message;
        ASSERT_TRUE(child->write_new({{"file", "text"}}));
        ASSERT_TRUE(child->replace("other", "text"));
        EXPECT_EQ(mode_of(root / "child"), 0700) << mask;
        EXPECT_EQ(mode_of(root / "child/file"), 0600) << mask;
        EXPECT_EQ(mode_of(root / "child/other"), 0600) << mask;
    }
}

TEST(Folder, ChildIsNothingWhenAbsent) {
    const TemporaryFolder root;
    const auto child = open_folder(root.path()).child("absent");
    ASSERT_TRUE(child);
    EXPECT_FALSE(child->has_value());
}

TEST(Folder, NoLinkIsFollowed) {
    const TemporaryFolder root;
    const TemporaryFolder elsewhere;
    write_file(elsewhere / "file", "foreign");
    fs::create_symlink(elsewhere.path(), root / "folder");
    fs::create_symlink(elsewhere / "file", root / "file");
    const Folder folder = open_folder(root.path());
    EXPECT_THAT(folder.child("folder").error().message, HasSubstr("move it away"));
    EXPECT_FALSE(folder.make_child("folder"));
    EXPECT_FALSE(folder.read("file", 100));
    EXPECT_FALSE(folder.write_new({{"file", "new"}}));
    ASSERT_TRUE(folder.wipe("file"));  // removes the link alone
    EXPECT_EQ(read_file(elsewhere / "file"), "foreign");
    EXPECT_FALSE(fs::exists(root / "file"));
}

TEST(Folder, ReplaceTakesALinksPlace) {
    const TemporaryFolder root;
    write_file(root / "target", "before");
    fs::create_symlink("target", root / "link");
    ASSERT_TRUE(open_folder(root.path()).replace("link", "after"));
    EXPECT_EQ(read_file(root / "target"), "before");
    EXPECT_EQ(read_file(root / "link"), "after");
    EXPECT_FALSE(fs::is_symlink(root / "link"));
}

TEST(Folder, ReadLinkBeneathStaysBeneath) {
    const TemporaryFolder root;
    const TemporaryFolder elsewhere;
    write_file(elsewhere / "file", "foreign");
    write_file(root / "sub/real", "mine");
    fs::create_symlink("sub/real", root / "inside");
    fs::create_symlink("../sub/real", root / "sub/up");
    fs::create_symlink(elsewhere / "file", root / "absolute");
    fs::create_symlink("../../../../../../etc/passwd", root / "sub/climb");
    fs::create_symlink("loop", root / "loop");
    const Folder folder = open_folder(root.path());
    EXPECT_EQ(*folder.read_link_beneath("inside", 100), "mine");
    EXPECT_EQ(*folder.read_link_beneath("sub/up", 100), "mine");
    for (const char* foreign : {"absolute", "sub/climb"}) {
        const auto read = folder.read_link_beneath(foreign, 100);
        ASSERT_FALSE(read) << foreign;
        EXPECT_EQ(read.error().code, core::Code::kDenied);
        EXPECT_THAT(read.error().message, HasSubstr("outside"));
    }
    EXPECT_FALSE(folder.read_link_beneath("loop", 100));
}

TEST(Folder, ReadStopsAtTheLimit) {
    const TemporaryFolder root;
    write_file(root / "file", "12345");
    const Folder folder = open_folder(root.path());
    EXPECT_EQ(**folder.read("file", 5), "12345");
    const auto over = folder.read("file", 4);
    ASSERT_FALSE(over);
    EXPECT_EQ(over.error().code, core::Code::kInvalid);
    EXPECT_THAT(over.error().message, HasSubstr("larger than 4 bytes"));
    EXPECT_FALSE((*folder.read("absent", 5)).has_value());
}

TEST(Folder, APipeDoesNotBlock) {
    const TemporaryFolder root;
    ASSERT_EQ(::mkfifo((root / "pipe").c_str(), 0600), 0);
    EXPECT_FALSE(open_folder(root.path()).read("pipe", 100));
}

TEST(Folder, ListIsSortedAndTyped) {
    const TemporaryFolder root;
    write_file(root / "b", "");
    fs::create_directory(root / "a");
    fs::create_symlink("b", root / "c");
    ASSERT_EQ(::mkfifo((root / "d").c_str(), 0600), 0);
    EXPECT_THAT(*open_folder(root.path()).list(),
                ElementsAre(Entry{"a", EntryKind::kFolder}, Entry{"b", EntryKind::kFile},
                            Entry{"c", EntryKind::kLink}, Entry{"d", EntryKind::kOther}));
}

TEST(Folder, WipeOverwritesBeforeItRemoves) {
    const TemporaryFolder root;
    write_file(root / "file", "secret");
    const Descriptor held(::open((root / "file").c_str(), O_RDONLY | O_CLOEXEC));
    ASSERT_TRUE(open_folder(root.path()).wipe("file"));
    std::string seen(6, 'x');
    ASSERT_EQ(::pread(held.get(), seen.data(), seen.size(), 0), 6);
    EXPECT_EQ(seen, std::string(6, '\0'));
    EXPECT_FALSE(fs::exists(root / "file"));
}

TEST(Folder, WipeSparesAFileWithAnotherName) {
    const TemporaryFolder root;
    write_file(root / "file", "secret");
    fs::create_hard_link(root / "file", root / "backup");
    ASSERT_TRUE(open_folder(root.path()).wipe("file"));
    EXPECT_EQ(read_file(root / "backup"), "secret");
    EXPECT_FALSE(fs::exists(root / "file"));
}

TEST(Folder, StampDiffersWhenContentDiffers) {
    const TemporaryFolder root;
    const Folder folder = open_folder(root.path());
    EXPECT_EQ(folder.stamp("file"), "");
    write_file(root / "file", "1");
    const std::string before = folder.stamp("file");
    EXPECT_EQ(folder.stamp("file"), before);
    ASSERT_TRUE(folder.replace("file", "2"));
    EXPECT_NE(folder.stamp("file"), before);
}

TEST(Folder, AFailedStepNamesPathReasonAndRemedy) {
    const TemporaryFolder root;
    const struct {
        int number;
        const char* reason;
        const char* remedy;
    } cases[] = {{ENOSPC, "No space left on device", "free space"},
                 {EDQUOT, "quota", "free space"},
                 {EROFS, "Read-only file system", "mount its file system writable"},
                 {EACCES, "Permission denied", "give the user"},
                 {EIO, "Input/output error", "check the disk"}};
    for (const auto& [number, reason, remedy] : cases) {
        const Folder folder = open_folder(
            root.path(), [&](auto step, const auto&) { return step == "write" ? number : 0; });
        const auto done = folder.replace("file", "text");
        ASSERT_FALSE(done);
        EXPECT_EQ(done.error().code, core::Code::kUnavailable);
        EXPECT_THAT(done.error().message, HasSubstr(root.path()));
        EXPECT_THAT(done.error().message, HasSubstr(reason));
        EXPECT_THAT(done.error().message, HasSubstr(remedy));
        EXPECT_THAT(tree(root.path()), ElementsAre());  // nothing half-written stays
    }
}

}  // namespace
}  // namespace stackseal::local
