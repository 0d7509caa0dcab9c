// SPDX-License-Identifier: Apache-2.0
// Who is woken by what, and that the note comes before the read.
#include "controller/runtime/dependencies.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "controller/runtime/tracking_reader.hpp"

namespace stackseal::runtime {
namespace {

using core::Ref;
using core::Resource;
using Keys = std::vector<Ref>;

const Ref kLeaf{Resource::kCertificate, "openstack", "keystone"};
const Ref kOther{Resource::kCertificate, "openstack", "nova"};
const Ref kIssuer{Resource::kIssuer, "openstack", "internal"};
const Ref kSecret{Resource::kSecret, "openstack", "keystone-tls"};

TEST(Dependencies, AnObjectsReadersAreKnownPresentOrNot) {
    Dependencies all;
    all.begin(kLeaf);
    all.note(kLeaf, kSecret);
    all.note(kLeaf, kIssuer);
    all.end(kLeaf);
    all.begin(kOther);
    all.note(kOther, kIssuer);
    all.end(kOther);
    EXPECT_EQ(all.readers_of(kIssuer), (Keys{kLeaf, kOther}));
    EXPECT_EQ(all.readers_of(kSecret), Keys{kLeaf});
    EXPECT_EQ(all.readers_of({Resource::kSecret, "openstack", "stranger"}), Keys{});
    EXPECT_EQ(all.size(), 3U);
}

TEST(Dependencies, WhatIsNotReadAgainIsForgottenAtTheEndOfThePass) {
    Dependencies all;
    all.begin(kLeaf);
    all.note(kLeaf, kSecret);
    all.note(kLeaf, kIssuer);
    all.end(kLeaf);
    all.begin(kLeaf);
    all.note(kLeaf, kIssuer);
    EXPECT_EQ(all.readers_of(kSecret), Keys{kLeaf}) << "until the pass ends old reads count";
    all.end(kLeaf);
    EXPECT_EQ(all.readers_of(kSecret), Keys{});
    EXPECT_EQ(all.readers_of(kIssuer), Keys{kLeaf});
}

TEST(Dependencies, AKeyThatReadsNothingLeavesNoTrace) {
    Dependencies all;
    all.begin(kLeaf);
    all.note(kLeaf, kSecret);
    all.note(kLeaf, ports::Selection{Resource::kIssuer, "openstack"});
    all.end(kLeaf);
    all.begin(kLeaf);
    all.end(kLeaf);
    EXPECT_EQ(all.size(), 0U);
    EXPECT_EQ(all.readers_of(kSecret), Keys{});
}

TEST(Dependencies, AnObjectIsNotItsOwnReader) {
    Dependencies all;
    all.begin(kIssuer);
    all.note(kIssuer, kIssuer);
    all.note(kIssuer, ports::Selection{Resource::kIssuer, ""});
    all.end(kIssuer);
    EXPECT_EQ(all.readers_of(kIssuer), Keys{});
    EXPECT_EQ(all.readers_of({Resource::kIssuer, "other", "root"}), Keys{kIssuer});
}

TEST(Dependencies, AKeyMayBeReadWhileItReads) {
    Dependencies all;
    all.begin(kIssuer);
    all.begin(kLeaf);
    all.note(kLeaf, kIssuer);
    all.note(kIssuer, kSecret);
    all.end(kLeaf);
    all.begin(kLeaf);
    all.end(kLeaf);
    all.end(kIssuer);
    EXPECT_EQ(all.readers_of(kIssuer), Keys{});
    EXPECT_EQ(all.readers_of(kSecret), Keys{kIssuer});
}

struct Covered {
    ports::Selection selection;
    Ref changed;
    bool wakes;
};

class SelectionRow : public testing::TestWithParam<Covered> {};

TEST_P(SelectionRow, WakesWhomItCovers) {
    Dependencies all;
    all.begin(kLeaf);
    all.note(kLeaf, GetParam().selection);
    all.end(kLeaf);
    EXPECT_EQ(all.readers_of(GetParam().changed), GetParam().wakes ? Keys{kLeaf} : Keys{});
}

INSTANTIATE_TEST_SUITE_P(
    Table, SelectionRow,
    testing::Values(Covered{{Resource::kIssuer, "openstack"}, kIssuer, true},
                    Covered{{Resource::kIssuer, ""}, kIssuer, true},
                    Covered{{Resource::kIssuer, "open"}, kIssuer, false},
                    Covered{{Resource::kSecret, "openstack"}, kIssuer, false},
                    Covered{{Resource::kSecret, ""}, kIssuer, false},
                    Covered{
                        {Resource::kNamespace, ""}, {Resource::kNamespace, "", "openstack"}, true},
                    Covered{{Resource::kCertificate, "openstack"}, kOther, true}));

/// Looks at the notes at the moment of the read.
class Spy : public ports::Reader {
  public:
    explicit Spy(std::function<void()> at_read) : at_read_(std::move(at_read)) {}
    core::Result<api::Object> find(const Ref& ref) override {
        at_read_();
        return api::absent(ref.resource);
    }
    core::Result<std::vector<api::Object>> select(const ports::Selection&) override {
        at_read_();
        return std::vector<api::Object>();
    }
    core::Result<api::Secret> read_secret(const Ref&) override {
        at_read_();
        return core::Error{core::Code::kUnavailable, "down"};
    }

  private:
    std::function<void()> at_read_;
};

TEST(TrackingReader, NotesBeforeItReads) {
    Dependencies all;
    Ref expected = kSecret;
    int looks = 0;
    Spy spy([&] {
        ++looks;
        EXPECT_EQ(all.readers_of(expected), Keys{kLeaf});
    });
    TrackingReader reader(spy, all, kLeaf);
    EXPECT_TRUE(reader.find(kSecret));
    expected = {Resource::kSecret, "openstack", "live"};
    EXPECT_EQ(reader.read_secret(expected).error().code, core::Code::kUnavailable);
    expected = kIssuer;
    EXPECT_TRUE(reader.select({Resource::kIssuer, "openstack"}));
    EXPECT_EQ(looks, 3);
}

TEST(TrackingReader, OnePassIsOneReader) {
    Dependencies all;
    Spy spy([] {});
    {
        TrackingReader first(spy, all, kLeaf);
        EXPECT_TRUE(first.find(kSecret));
    }
    EXPECT_EQ(all.readers_of(kSecret), Keys{kLeaf});
    { const TrackingReader second(spy, all, kLeaf); }
    EXPECT_EQ(all.readers_of(kSecret), Keys{});
}

}  // namespace
}  // namespace stackseal::runtime
