// SPDX-License-Identifier: Apache-2.0
// One writer at a time, told by its process id.
#include <gmock/gmock.h>
#include <sys/wait.h>

#include "controller/local/lock.hpp"
#include "tests/unit/controller/local/rig.hpp"

namespace stackseal::local {
namespace {

using namespace tests;
using testing::HasSubstr;

TEST(Lock, TheSecondIsToldWhoHoldsIt) {
    const TemporaryFolder root;
    const Folder state = open_folder(root.path());
    const auto first = Lock::take(state);
    ASSERT_TRUE(first) << first.error().message;
    const auto second = Lock::take(state);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, core::Code::kConflict);
    EXPECT_THAT(second.error().message,
                HasSubstr("in use by process " + std::to_string(::getpid())));
    EXPECT_THAT(second.error().message, HasSubstr("stop it first"));
}

TEST(Lock, EndsWithItsOwner) {
    const TemporaryFolder root;
    const Folder state = open_folder(root.path());
    { ASSERT_TRUE(Lock::take(state)); }
    EXPECT_TRUE(Lock::take(state));
}

TEST(Lock, IsHeldAgainstAnotherProcess) {
    const TemporaryFolder root;
    int said[2], quit[2];
    ASSERT_EQ(::pipe(said) + ::pipe(quit), 0);
    const pid_t child = ::fork();
    if (child == 0) {
        const auto lock = Lock::take(open_folder(root.path()));
        char byte = lock ? 'y' : 'n';
        (void)!::write(said[1], &byte, 1);
        (void)!::read(quit[0], &byte, 1);
        ::_exit(0);
    }
    char byte = 0;
    ASSERT_EQ(::read(said[0], &byte, 1), 1);
    ASSERT_EQ(byte, 'y');
    const auto refused = Lock::take(open_folder(root.path()));
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, HasSubstr("process " + std::to_string(child) + ";"));
    // However it ends, the lock ends with it.
    ASSERT_EQ(::kill(child, SIGKILL), 0);
    ASSERT_EQ(::waitpid(child, nullptr, 0), child);
    EXPECT_TRUE(Lock::take(open_folder(root.path())));
    for (const int fd : {said[0], said[1], quit[0], quit[1]}) ::close(fd);
}

TEST(Lock, ALinkIsNotFollowed) {
    const TemporaryFolder root;
    write_file(root / "victim", "precious");
    fs::create_directory(root / "state");
    fs::create_symlink("../victim", root / "state/.lock");
    EXPECT_FALSE(Lock::take(open_folder(root / "state")));
    EXPECT_EQ(read_file(root / "victim"), "precious");
}

}  // namespace
}  // namespace stackseal::local
