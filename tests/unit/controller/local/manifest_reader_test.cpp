// SPDX-License-Identifier: Apache-2.0
// The directory as a set of objects: which files, whose object counts, and that no slip loses any.
#include "controller/local/manifest_reader.hpp"

#include <gmock/gmock.h>
#include <sys/fsuid.h>

#include "tests/unit/controller/local/rig.hpp"

namespace stackseal::local {
namespace {

using namespace tests;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class ManifestReaderTest : public testing::Test {
  protected:
    void write(const std::string& name, const std::string& text) { write_file(root_ / name, text); }
    Scan scan(bool trust_stamps = false) { return reader_.scan(trust_stamps); }
    std::vector<std::string> objects(bool trust_stamps = false) {
        std::vector<std::string> out;
        for (const ManifestObject& object : scan(trust_stamps).objects)
            out.push_back(place_of(object).substr(root_.path().size() + 1) + " " + object.ref.name);
        return out;
    }
    std::vector<std::string> problems() {
        std::vector<std::string> out;
        for (const FileProblem& problem : scan().problems)
            out.push_back(to_string(problem).substr(root_.path().size() + 1));
        return out;
    }

    TemporaryFolder root_;
    stackseal::tests::MemoryLog log_;
    std::unique_ptr<InotifyWatch> watch_ = *InotifyWatch::open();
    ManifestReader reader_{root_.path(), *watch_, log_};
};

TEST_F(ManifestReaderTest, FindsManifestsAtAnyDepthAndSkipsTheRest) {
    write("b.yaml", certificate_yaml("b"));
    write("a/deep/er/c.yml", certificate_yaml("c"));
    write("d.json", R"({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "d"}})");
    write(".hidden.yaml", certificate_yaml("hidden"));
    write(".git/config.yaml", certificate_yaml("git"));
    write("README.md", "no manifest");
    write("b.yaml~", certificate_yaml("backup"));
    EXPECT_THAT(objects(), ElementsAre("b.yaml:1 b", "a/deep/er/c.yml:1 c", "d.json d"));
    EXPECT_THAT(problems(), IsEmpty());
}

TEST_F(ManifestReaderTest, ATypoKeepsTheFilesObjects) {
    write("m.yaml", certificate_yaml("a") + "---\n" + certificate_yaml("b"));
    EXPECT_EQ(objects().size(), 2U);
    write("m.yaml", "kind: [");
    EXPECT_THAT(objects(), ElementsAre("m.yaml:1 a", "m.yaml:11 b"));
    EXPECT_THAT(problems(), ElementsAre(HasSubstr("m.yaml")));
    // One document mended, the other still broken: the first changes, the second stays as it was.
    write("m.yaml", certificate_yaml("a", "new.example") + "---\nkind: Nonsense\n");
    const Scan half = scan();
    ASSERT_EQ(half.objects.size(), 2U);
    EXPECT_EQ(std::get<api::Snapshot<api::Certificate>>(half.objects[0].body)->spec.dns_names,
              (std::vector<std::string>{"new.example"}));
    EXPECT_EQ(half.objects[1].ref.name, "b");
    // Mended without b: now it is gone.
    write("m.yaml", certificate_yaml("a"));
    EXPECT_THAT(objects(), ElementsAre("m.yaml:1 a"));
    EXPECT_THAT(problems(), IsEmpty());
}

TEST_F(ManifestReaderTest, AnEmptiedFileKeepsItsObjects) {
    write("m.yaml", certificate_yaml("a"));
    EXPECT_EQ(objects().size(), 1U);
    write("m.yaml", "");  // truncated, the disk being full
    EXPECT_EQ(objects().size(), 1U);
    EXPECT_THAT(problems(), ElementsAre(HasSubstr("m.yaml: is empty by now")));
    EXPECT_EQ(objects().size(), 1U);  // at the third look, too
    write("m.yaml", "# nothing left\n");
    EXPECT_THAT(objects(), IsEmpty());
}

TEST_F(ManifestReaderTest, ARemovedFileTakesItsObjectsAlong) {
    write("a.yaml", certificate_yaml("a"));
    write("sub/b.yaml", certificate_yaml("b"));
    EXPECT_EQ(objects().size(), 2U);
    fs::remove_all(root_ / "sub");
    EXPECT_THAT(objects(), ElementsAre("a.yaml:1 a"));
}

TEST_F(ManifestReaderTest, OfTwoTheFirstCountsAndTheProblemNamesBoth) {
    write("b.yaml", certificate_yaml("x", "b.example"));
    write("a.yaml", "# above\n" + certificate_yaml("x", "a.example") + "---\n" +
                        certificate_yaml("x", "c.example"));
    EXPECT_THAT(objects(), ElementsAre("a.yaml:2 x"));
    EXPECT_THAT(problems(),
                ElementsAre(AllOf(testing::StartsWith("a.yaml:12: /metadata/name: "),
                                  HasSubstr("Certificate default/x stands in"),
                                  HasSubstr("a.yaml:2 already, which counts")),
                            AllOf(testing::StartsWith("b.yaml:1: "), HasSubstr("a.yaml:2"))));
    fs::remove(root_ / "a.yaml");
    EXPECT_THAT(objects(), ElementsAre("b.yaml:1 x"));
    EXPECT_THAT(problems(), IsEmpty());
}

TEST_F(ManifestReaderTest, WhatABrokenFileHeldGivesWayToWhereItStandsNow) {
    write("a.yaml", certificate_yaml("x", "old.example"));
    EXPECT_EQ(objects().size(), 1U);
    write("a.yaml", "kind: [");
    write("b.yaml", certificate_yaml("x", "new.example"));
    EXPECT_THAT(objects(), ElementsAre("b.yaml:1 x"));
    EXPECT_EQ(problems().size(), 1U);
}

TEST_F(ManifestReaderTest, LinksCountBeneathTheDirectoryOnly) {
    // As a ConfigMap is mounted.
    const TemporaryFolder elsewhere;
    write("..2026/m.yaml", certificate_yaml("mounted"));
    fs::create_symlink("..2026", root_ / "..data");
    fs::create_symlink("..data/m.yaml", root_ / "m.yaml");
    write_file(elsewhere / "f.yaml", certificate_yaml("foreign"));
    fs::create_symlink(elsewhere / "f.yaml", root_ / "f.yaml");
    fs::create_symlink(elsewhere.path(), root_ / "folder");
    fs::create_symlink("absent", root_ / "dangling.yaml");
    EXPECT_THAT(objects(), ElementsAre("m.yaml:1 mounted"));
    EXPECT_THAT(problems(), ElementsAre(HasSubstr("dangling.yaml: "),
                                        AllOf(HasSubstr("f.yaml: "), HasSubstr("outside")),
                                        HasSubstr("folder: is a link to a folder")));
    write("..2027/m.yaml", certificate_yaml("swapped"));
    fs::create_symlink("..2027", root_ / "..tmp");
    fs::rename(root_ / "..tmp", root_ / "..data");
    EXPECT_THAT(objects(true), ElementsAre("m.yaml:1 swapped"));
}

TEST_F(ManifestReaderTest, SpecialFilesAreAProblemAndDoNotBlock) {
    ASSERT_EQ(::mkfifo((root_ / "pipe.yaml").c_str(), 0600), 0);
    write("a.yaml", certificate_yaml("a"));
    EXPECT_EQ(objects().size(), 1U);
    EXPECT_THAT(problems(), ElementsAre(HasSubstr("pipe.yaml: ")));
}

TEST_F(ManifestReaderTest, AHugeFileIsAProblem) {
    write("huge.yaml", std::string((1U << 20) + 1, '#'));
    EXPECT_THAT(problems(), ElementsAre(HasSubstr("huge.yaml: is larger than 1048576 bytes")));
}

TEST_F(ManifestReaderTest, AnAbsentDirectoryKeepsEverythingAndMayComeBack) {
    write("a.yaml", certificate_yaml("a"));
    EXPECT_EQ(objects().size(), 1U);
    fs::rename(root_.path(), root_.path() + "-away");
    const Scan lost = scan();
    EXPECT_FALSE(lost.complete);
    EXPECT_EQ(lost.objects.size(), 1U);
    ASSERT_EQ(lost.problems.size(), 1U);
    EXPECT_THAT(to_string(lost.problems[0]), HasSubstr("No such file or directory"));
    fs::rename(root_.path() + "-away", root_.path());
    write("b.yaml", certificate_yaml("b"));
    EXPECT_TRUE(scan().complete);
    EXPECT_EQ(objects().size(), 2U);
}

TEST_F(ManifestReaderTest, AnEmptyDirectoryInItsPlaceIsAMountThatWent) {
    write("a.yaml", certificate_yaml("a"));
    EXPECT_EQ(objects().size(), 1U);
    fs::rename(root_.path(), root_.path() + "-away");
    fs::create_directory(root_.path());
    const Scan lost = scan();
    EXPECT_FALSE(lost.complete);
    EXPECT_EQ(lost.objects.size(), 1U);
    ASSERT_EQ(lost.problems.size(), 1U);
    EXPECT_THAT(to_string(lost.problems[0]), HasSubstr("not the directory that it was"));
    // Another one with manifests is a deployment that replaces all at once.
    write("b.yaml", certificate_yaml("b"));
    EXPECT_THAT(objects(), ElementsAre("b.yaml:1 b"));
    // And the same one, emptied, is meant.
    fs::remove(root_ / "b.yaml");
    EXPECT_THAT(objects(), IsEmpty());
    fs::remove_all(root_.path() + "-away");
}

/// Files as another user sees them, for as long as this lives: root would read everything.
class AsNobody {
  public:
    AsNobody() { ::setfsuid(65534); }
    ~AsNobody() { ::setfsuid(::geteuid()); }
};

TEST_F(ManifestReaderTest, AFolderThatCannotBeSeenTakesNothingAway) {
    write("a.yaml", certificate_yaml("a"));
    write("b/b.yaml", certificate_yaml("b"));
    fs::permissions(root_.path(), fs::perms(0755));
    EXPECT_EQ(objects().size(), 2U);
    fs::permissions(root_ / "b", fs::perms::none);
    {
        const AsNobody nobody;
        const Scan blind = scan();
        EXPECT_FALSE(blind.complete);
        EXPECT_EQ(blind.objects.size(), 2U);
        ASSERT_EQ(blind.problems.size(), 1U);
        EXPECT_THAT(to_string(blind.problems[0]),
                    testing::AllOf(HasSubstr(root_ / "b"), HasSubstr("Permission denied")));
    }
    fs::permissions(root_ / "b", fs::perms(0755));
    fs::remove(root_ / "b/b.yaml");
    EXPECT_THAT(objects(), ElementsAre("a.yaml:1 a")) << "now it is known to be gone";
}

TEST_F(ManifestReaderTest, AChangeIsSeenWithTrustedStampsToo) {
    write("a.yaml", certificate_yaml("a"));
    EXPECT_EQ(objects(true).size(), 1U);
    write("b.yaml", certificate_yaml("b"));
    EXPECT_EQ(objects(true).size(), 2U);
    write("a.yaml", certificate_yaml("c"));
    EXPECT_THAT(objects(true), ElementsAre("b.yaml:1 b", "a.yaml:1 c"));
}

TEST_F(ManifestReaderTest, EveryFolderIsWatched) {
    fs::create_directories(root_ / "a/b");
    (void)scan();
    const auto quiet = watch_->wait(std::chrono::milliseconds(0));
    ASSERT_TRUE(quiet);
    for (const char* name : {"x.yaml", "a/x.yaml", "a/b/x.yaml"}) {
        write(name, certificate_yaml("x"));
        const auto seen = watch_->wait(std::chrono::seconds(10));
        ASSERT_TRUE(seen && !seen->empty()) << name;
        EXPECT_EQ(seen->seen[0].topic.kind, Topic::Kind::kManifests);
        EXPECT_EQ(seen->seen[0].name, "x.yaml");
    }
}

}  // namespace
}  // namespace stackseal::local
