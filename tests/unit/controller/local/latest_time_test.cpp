// SPDX-License-Identifier: Apache-2.0
// A clock that goes back, within a run and across restarts, and how often the disk is written.
#include "controller/local/latest_time.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/controller/local/rig.hpp"

namespace stackseal::local {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using tests::read_file;
using tests::write_file;

class LatestTimeTest : public ::testing::Test {
  protected:
    std::string file() const { return root_ / "clock"; }
    std::unique_ptr<LatestTime> begin() {
        return std::make_unique<LatestTime>(state_, clock_, log_);
    }

    tests::TemporaryFolder root_;
    std::size_t writes_ = 0;
    int failure_ = 0;
    Folder state_ = tests::open_folder(root_.path(), [this](std::string_view step, const auto&) {
        if (step != "rename") return 0;
        if (failure_ == 0) ++writes_;
        return failure_;
    });
    stackseal::tests::FakeClock clock_{core::Instant(*core::parse_rfc3339("2026-11-24T12:00:00Z"))};
    stackseal::tests::MemoryLog log_;
};

TEST_F(LatestTimeTest, IsKeptFromTheFirstNoteOn) {
    begin()->note();
    EXPECT_EQ(read_file(file()), "2026-11-24T12:00:00Z\n");
    EXPECT_EQ(tests::mode_of(file()), 0600);
}

TEST_F(LatestTimeTest, SaysHowFarTheClockIsBehindAcrossARestart) {
    begin()->note();
    clock_.advance(-minutes(10));
    const auto skew = begin()->skew();
    ASSERT_TRUE(skew);
    EXPECT_EQ(skew->ahead, -minutes(10));
    EXPECT_EQ(skew->other, "the latest time seen here, 2026-11-24T12:00:00Z");
    EXPECT_EQ(skew->remedy, ", or, if that time was wrong, until " + file() + " is removed");
}

TEST_F(LatestTimeTest, IsNeverBehindATimeThatItHasNotSeen) {
    const auto latest = begin();
    EXPECT_EQ(latest->skew()->ahead, seconds(0));
    clock_.advance(hours(24));
    EXPECT_EQ(latest->skew()->ahead, seconds(0)) << "going on is no fault";
}

TEST_F(LatestTimeTest, RemembersWithinARunWhatTheFileDoesNotHoldYet) {
    const auto latest = begin();
    latest->note();
    clock_.advance(seconds(90));
    latest->note();
    clock_.advance(-seconds(80));
    EXPECT_EQ(latest->skew()->ahead, -seconds(80));
    EXPECT_EQ(begin()->skew()->ahead, seconds(0)) << "a restart knows what was written";
}

TEST_F(LatestTimeTest, WritesAtMostOnceInTwoMinutes) {
    const auto latest = begin();
    for (int i = 0; i <= 600; ++i) {
        latest->note();
        clock_.advance(seconds(1));
    }
    EXPECT_EQ(writes_, 6U);
    EXPECT_EQ(read_file(file()), "2026-11-24T12:10:00Z\n");
}

TEST_F(LatestTimeTest, WritesNothingWhileTheClockIsBehind) {
    const auto latest = begin();
    latest->note();
    clock_.advance(-hours(1));
    for (int i = 0; i < 50; ++i, clock_.advance(minutes(1))) latest->note();
    EXPECT_EQ(writes_, 1U);
    EXPECT_EQ(log_.lines(),
              std::vector<std::string>{"this machine's clock was set back now=2026-11-24T11:00:00Z "
                                       "latest time seen=2026-11-24T12:00:00Z kept in=" +
                                       file()})
        << "said once";
}

TEST_F(LatestTimeTest, BeginsAnewWhenTheFileIsRemoved) {
    const auto latest = begin();
    latest->note();
    clock_.advance(-hours(1000));
    EXPECT_EQ(latest->skew()->ahead, -hours(1000));
    tests::fs::remove(file());
    latest->note();
    EXPECT_EQ(latest->skew()->ahead, seconds(0));
    EXPECT_EQ(read_file(file()), "2026-10-13T20:00:00Z\n");
}

TEST_F(LatestTimeTest, BeginsAnewWhenTheFileIsDamaged) {
    for (const char* text : {"", "yesterday\n", "2026-13-01T00:00:00Z\n"}) {
        write_file(file(), text);
        const auto latest = begin();
        EXPECT_EQ(latest->skew()->ahead, seconds(0)) << text;
        EXPECT_THAT(log_.lines().back(),
                    ::testing::StartsWith("the latest time is unreadable and begun anew file=" +
                                          file() + " problem="));
        latest->note();
        EXPECT_EQ(read_file(file()), "2026-11-24T12:00:00Z\n");
    }
}

TEST_F(LatestTimeTest, TriesAgainWhenTheDiskRefuses) {
    const auto latest = begin();
    failure_ = ENOSPC;
    latest->note();
    latest->note();
    EXPECT_THAT(log_.lines(), ::testing::ElementsAre(::testing::AllOf(
                                  ::testing::StartsWith("cannot keep the time problem="),
                                  ::testing::HasSubstr("No space left"))))
        << "said once";
    failure_ = 0;
    latest->note();
    EXPECT_EQ(read_file(file()), "2026-11-24T12:00:00Z\n");
}

}  // namespace
}  // namespace stackseal::local
