// SPDX-License-Identifier: Apache-2.0
// Hints of change, interruption, and what a rename-over looks like.
#include "controller/local/inotify_watch.hpp"

#include <gmock/gmock.h>

#include "tests/unit/controller/local/rig.hpp"

namespace stackseal::local {
namespace {

using namespace tests;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::Contains;

const Topic kTopic{Topic::Kind::kSecret, "default", "a"};

TEST(InotifyWatch, TellsTopicAndName) {
    const TemporaryFolder root;
    const auto watch = *InotifyWatch::open();
    ASSERT_TRUE(watch->follow(open_folder(root.path()), kTopic));
    const std::function<void()> changes[] = {
        [&] { write_file(root / "x", "1"); },
        [&] { fs::rename(root / "x", root / "y"); },
        [&] { fs::create_symlink("z", root / "x"); },
        [&] { fs::remove(root / "x"); },
    };
    for (const auto& change : changes) {
        change();
        const auto seen = watch->wait(seconds(10));
        ASSERT_TRUE(seen);
        EXPECT_THAT(seen->seen, Contains(Happening{kTopic, "x"}));
        EXPECT_FALSE(seen->overflow);
    }
}

TEST(InotifyWatch, TheFolderItselfGoing) {
    const TemporaryFolder root;
    fs::create_directory(root / "sub");
    const auto watch = *InotifyWatch::open();
    ASSERT_TRUE(watch->follow(open_folder(root / "sub"), kTopic));
    fs::remove(root / "sub");
    EXPECT_THAT(watch->wait(seconds(10))->seen, Contains(Happening{kTopic, ""}));
}

TEST(InotifyWatch, NothingWithinTheTimeIsEmpty) {
    const auto watch = *InotifyWatch::open();
    const auto seen = watch->wait(milliseconds(1));
    ASSERT_TRUE(seen);
    EXPECT_TRUE(seen->empty());
}

TEST(InotifyWatch, InterruptEndsThisOrTheNextWaitOnce) {
    const auto watch = *InotifyWatch::open();
    watch->interrupt();
    const auto first = watch->wait(seconds(60));
    ASSERT_TRUE(first);
    EXPECT_TRUE(first->interrupted);
    EXPECT_TRUE(watch->wait(milliseconds(1))->empty());
    std::jthread other([&] { watch->interrupt(); });
    EXPECT_TRUE(watch->wait(seconds(60))->interrupted);
}

TEST(InotifyWatch, AnOverflowIsTold) {
    std::size_t limit = 0;
    std::ifstream("/proc/sys/fs/inotify/max_queued_events") >> limit;
    if (limit == 0 || limit > 100'000) GTEST_SKIP() << "the queue is too long to fill";
    const TemporaryFolder root;
    const auto watch = *InotifyWatch::open();
    ASSERT_TRUE(watch->follow(open_folder(root.path()), kTopic));
    for (std::size_t i = 0; i <= limit / 2; ++i) {  // two different events at least for each
        const std::string name = root / std::to_string(i % 64);
        write_file(name, "x");
        ASSERT_EQ(::unlink(name.c_str()), 0);
    }
    EXPECT_TRUE(watch->wait(seconds(10))->overflow);
}

}  // namespace
}  // namespace stackseal::local
