// SPDX-License-Identifier: Apache-2.0
// Status beside the manifests.
#include "controller/local/status_files.hpp"

#include <gmock/gmock.h>

#include "tests/unit/controller/local/rig.hpp"

namespace stackseal::local {
namespace {

using namespace tests;
using core::Value;
using testing::ElementsAre;
using testing::HasSubstr;

const core::Ref kRef = certificate_ref("a", "openstack");

Value status(std::int64_t revision) {
    Value value;
    value.set("revision", Value::of(revision));
    value.set("expires", Value::of("2026-11-24T03:40:00Z"));
    return value;
}

TEST(StatusFiles, ReadsBackWhatWasWritten) {
    const TemporaryFolder root;
    const Folder state = open_folder(root.path());
    const StatusFiles files(state);
    EXPECT_FALSE((*files.read(kRef)).has_value());
    ASSERT_TRUE(files.write(kRef, status(1)));
    ASSERT_TRUE(files.write(kRef, status(2)));
    EXPECT_EQ(**files.read(kRef), status(2));
    EXPECT_THAT(tree(root.path()),
                ElementsAre("status", "status/Certificate", "status/Certificate/openstack",
                            "status/Certificate/openstack/a.yaml"));
    EXPECT_EQ(files.path(kRef), root / "status/Certificate/openstack/a.yaml");
    EXPECT_EQ(mode_of(files.path(kRef)), 0600);
    const std::string text = read_file(files.path(kRef));
    EXPECT_THAT(text, HasSubstr("kind: Certificate"));
    EXPECT_THAT(text, HasSubstr("namespace: openstack"));
    ASSERT_TRUE(files.remove(kRef));
    EXPECT_FALSE((*files.read(kRef)).has_value());
    EXPECT_TRUE(files.remove(kRef));
}

TEST(StatusFiles, ADamagedFileNamesItselfAndTheLine) {
    const TemporaryFolder root;
    const Folder state = open_folder(root.path());
    const StatusFiles files(state);
    write_file(files.path(kRef), "status:\n  a: 1\n  a: 2\n");
    const auto read = files.read(kRef);
    ASSERT_FALSE(read);
    EXPECT_THAT(read.error().message, HasSubstr(files.path(kRef)));
    EXPECT_THAT(read.error().message, HasSubstr("line 3"));
    write_file(files.path(kRef), "no: status\n");
    EXPECT_THAT(files.read(kRef).error().message, HasSubstr("holds no status"));
    ASSERT_TRUE(files.write(kRef, status(3)));  // mended by the next write
    EXPECT_EQ(**files.read(kRef), status(3));
}

TEST(StatusFiles, AFailedWriteLeavesTheOld) {
    const TemporaryFolder root;
    int fault = 0;
    const Folder state = open_folder(root.path(), [&](auto step, const auto&) {
        return step == "write" || step == "rename" ? fault : 0;
    });
    const StatusFiles files(state);
    ASSERT_TRUE(files.write(kRef, status(1)));
    fault = ENOSPC;
    const auto done = files.write(kRef, status(2));
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, core::Code::kUnavailable);
    EXPECT_EQ(**files.read(kRef), status(1));
}

TEST(StatusFiles, PruneTakesTheDeadAndTheUnfinishedAndNoOther) {
    const TemporaryFolder root;
    const Folder state = open_folder(root.path());
    const StatusFiles files(state);
    for (const core::Ref& ref : {kRef, certificate_ref("b"), issuer_ref("a")})
        ASSERT_TRUE(files.write(ref, status(1)));
    write_file(root / "status/Certificate/default/..new-7", "half");
    write_file(root / "status/Certificate/default/notes.txt", "a person's");
    ASSERT_TRUE(files.prune([](const core::Ref& ref) { return ref == kRef; }));
    EXPECT_TRUE(fs::exists(files.path(kRef)));
    EXPECT_FALSE(fs::exists(files.path(certificate_ref("b"))));
    EXPECT_FALSE(fs::exists(files.path(issuer_ref("a"))));
    EXPECT_THAT(tree(root / "status/Certificate/default"), ElementsAre("notes.txt"));
}

TEST(StatusFiles, AllAreTheDocumentsThatLieThere) {
    const TemporaryFolder root;
    const Folder state = open_folder(root.path());
    const StatusFiles files(state);
    EXPECT_EQ(files.all()->size(), 0U) << "nothing was written yet";
    for (const core::Ref& ref : {issuer_ref("a"), kRef}) ASSERT_TRUE(files.write(ref, status(1)));
    write_file(root / "status/Certificate/default/..new-7", "half");
    write_file(root / "status/Certificate/default/notes.txt", "a person's");
    const auto all = files.all();
    ASSERT_TRUE(all) << all.error().message;
    ASSERT_EQ(all->size(), 2U);
    EXPECT_EQ((*all)[0].text_at({"metadata", "name"}), kRef.name);
    EXPECT_EQ((*all)[1].text_at({"kind"}), "Issuer");
    EXPECT_EQ(*(*all)[1].find("status"), status(1));
}

TEST(StatusFiles, AllNamesTheFileThatIsDamaged) {
    const TemporaryFolder root;
    const Folder state = open_folder(root.path());
    const StatusFiles files(state);
    ASSERT_TRUE(files.write(kRef, status(1)));
    write_file(files.path(kRef), "status: [");
    const auto all = files.all();
    ASSERT_FALSE(all);
    EXPECT_EQ(all.error().code, core::Code::kInvalid);
    EXPECT_THAT(all.error().message, HasSubstr(files.path(kRef)));
}

}  // namespace
}  // namespace stackseal::local
