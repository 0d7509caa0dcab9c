// SPDX-License-Identifier: Apache-2.0
// Snapshots, their order, and the delivery of what changed.
#include "controller/store/store.hpp"

#include <gtest/gtest.h>

#include <string>
#include <thread>

namespace stackseal::store {
namespace {

using core::Ref;
using core::Resource;

const Ref kRef{Resource::kCertificate, "openstack", "keystone"};

api::Object object(const Ref& ref, const std::string& version, const std::string& uid = "u1") {
    api::Meta meta;
    meta.name = ref.name;
    meta.space = ref.space;
    meta.uid = uid;
    meta.resource_version = version;
    switch (ref.resource) {
        case Resource::kCertificate:
            return std::make_shared<const api::Certificate>(api::Certificate{.meta = meta});
        case Resource::kIssuer:
            return std::make_shared<const api::Issuer>(api::Issuer{.meta = meta});
        case Resource::kSecret:
            return std::make_shared<const api::SecretFacts>(api::SecretFacts{.meta = meta});
        case Resource::kNamespace:
            return std::make_shared<const api::Namespace>(api::Namespace{.meta = meta});
    }
    return api::absent(ref.resource);
}

std::string version_of(const api::Object& held) {
    const api::Meta* meta = api::meta_of(held);
    return meta ? meta->resource_version : "-";
}

struct VersionRow {
    std::string a;
    std::string b;
    bool newer;
};

class Versions : public testing::TestWithParam<VersionRow> {};

TEST_P(Versions, Compare) {
    EXPECT_EQ(is_newer(GetParam().a, GetParam().b), GetParam().newer);
}

INSTANTIATE_TEST_SUITE_P(Table, Versions,
                         testing::Values(VersionRow{"2", "1", true}, VersionRow{"1", "2", false},
                                         VersionRow{"1", "1", false}, VersionRow{"10", "9", true},
                                         VersionRow{"9", "10", false},
                                         VersionRow{"340282366920938463463374607431768211456",
                                                    "340282366920938463463374607431768211455",
                                                    true},
                                         // Not comparable: another version counts as newer.
                                         VersionRow{"abc", "abd", true},
                                         VersionRow{"abd", "abc", true},
                                         VersionRow{"abc", "abc", false},
                                         VersionRow{"01", "2", true}, VersionRow{"", "1", true},
                                         VersionRow{"1", "", true}, VersionRow{"0", "1", true},
                                         VersionRow{"-1", "1", true}, VersionRow{"", "", false}));

class StoreTest : public testing::Test {
  protected:
    StoreTest() {
        store_.watch([this](const ports::Change& change) {
            EXPECT_EQ(store_.find(change.ref), change.after) << "the store holds it first";
            told_.push_back(version_of(change.before) + ">" + version_of(change.after) +
                            (change.initial ? " initial" : ""));
        });
    }

    using Told = std::vector<std::string>;
    Told told() { return std::exchange(told_, {}); }

    Store store_;
    Told told_;
};

TEST_F(StoreTest, WhatIsAbsentIsANullSnapshotOfItsKind) {
    const api::Object found = store_.find({Resource::kIssuer, "a", "b"});
    EXPECT_EQ(found, api::absent(Resource::kIssuer));
}

TEST_F(StoreTest, APutIsHeldAndDelivered) {
    store_.put(object(kRef, "5"), true);
    store_.put(object(kRef, "7"));
    EXPECT_EQ(version_of(store_.find(kRef)), "7");
    EXPECT_EQ(told(), (Told{"->5 initial", "5>7"}));
}

TEST_F(StoreTest, AnEchoAndAnOlderVersionAreIgnored) {
    store_.put(object(kRef, "10"));
    told();
    store_.put(object(kRef, "10"));
    store_.put(object(kRef, "9"));
    EXPECT_EQ(version_of(store_.find(kRef)), "10");
    EXPECT_EQ(told(), Told{});
}

TEST_F(StoreTest, ANamesakeWithAnotherUidReplacesWhatIsHeld) {
    store_.put(object(kRef, "10", "u1"));
    told();
    store_.put(object(kRef, "12", "u2"));
    EXPECT_EQ(told(), Told{"10>12"});
}

TEST_F(StoreTest, ARemovalIsDeliveredOnce) {
    store_.put(object(kRef, "10"));
    told();
    store_.remove(kRef, "11");
    store_.remove(kRef, "11");
    EXPECT_EQ(told(), Told{"10>-"});
    EXPECT_EQ(store_.find(kRef), api::absent(Resource::kCertificate));
}

TEST_F(StoreTest, ARemovalOlderThanWhatIsHeldIsIgnored) {
    store_.put(object(kRef, "12"));
    told();
    store_.remove(kRef, "11");
    EXPECT_EQ(version_of(store_.find(kRef)), "12");
    EXPECT_EQ(told(), Told{});
}

TEST_F(StoreTest, ALateAnswerDoesNotReviveTheDead) {
    store_.put(object(kRef, "10"));
    store_.remove(kRef, "20");
    told();
    store_.put(object(kRef, "15"));
    EXPECT_EQ(told(), Told{});
    store_.put(object(kRef, "21", "u2"));
    EXPECT_EQ(told(), Told{"->21"});
}

TEST_F(StoreTest, ALateAnswerToADeletionDoesNotWeakenTheMemoryOfIt) {
    store_.put(object(kRef, "10"));
    store_.remove(kRef, "20");
    store_.remove(kRef, "12");
    told();
    store_.put(object(kRef, "15"));
    EXPECT_EQ(told(), Told{});
}

TEST_F(StoreTest, ADeletionOfWhatWasNeverSeenIsRemembered) {
    store_.remove(kRef, "20");
    store_.put(object(kRef, "15"));
    EXPECT_EQ(told(), Told{});
}

TEST_F(StoreTest, ASelectionIsOfOneResourceAndNamespaceInOrder) {
    for (const Ref& ref : {Ref{Resource::kSecret, "b", "1"}, Ref{Resource::kSecret, "a", "2"},
                           Ref{Resource::kSecret, "a", "1"}, Ref{Resource::kSecret, "ab", "1"},
                           Ref{Resource::kIssuer, "a", "1"}, Ref{Resource::kNamespace, "", "a"}})
        store_.put(object(ref, "1"));
    const auto names = [this](const ports::Selection& selection) {
        std::vector<std::string> found;
        for (const auto& held : store_.select(selection)) found.push_back(to_string(ref_of(held)));
        return found;
    };
    using Names = std::vector<std::string>;
    EXPECT_EQ(names({Resource::kSecret, "a"}), (Names{"Secret a/1", "Secret a/2"}));
    EXPECT_EQ(names({Resource::kSecret, ""}),
              (Names{"Secret a/1", "Secret a/2", "Secret ab/1", "Secret b/1"}));
    EXPECT_EQ(names({Resource::kNamespace, ""}), Names{"Namespace a"});
    EXPECT_EQ(names({Resource::kCertificate, ""}), Names{});
    EXPECT_EQ(store_.size(Resource::kSecret), 4U);
    EXPECT_EQ(store_.size(Resource::kCertificate), 0U);
}

Ref secret(const std::string& space, const std::string& name) {
    return {Resource::kSecret, space, name};
}

TEST_F(StoreTest, ReplaceRemovesWhatIsNotListedThenPutsTheListed) {
    store_.put(object(secret("a", "gone"), "3"));
    store_.put(object(secret("a", "kept"), "4"));
    store_.put(object(secret("a", "changed"), "5"));
    store_.put(object(secret("b", "elsewhere"), "6"));
    told();
    store_.replace({Resource::kSecret, "a"},
                   {object(secret("a", "kept"), "4"), object(secret("a", "changed"), "8"),
                    object(secret("a", "new"), "9")},
                   "10", true);
    EXPECT_EQ(told(), (Told{"3>-", "5>8 initial", "->9 initial"}));
    EXPECT_EQ(version_of(store_.find(secret("b", "elsewhere"))), "6");
}

TEST_F(StoreTest, ReplaceLeavesWhatIsNewerThanTheList) {
    store_.put(object(secret("a", "written"), "12"));
    store_.put(object(secret("a", "changed"), "13"));
    told();
    store_.replace({Resource::kSecret, "a"}, {object(secret("a", "changed"), "9")}, "10", false);
    EXPECT_EQ(told(), Told{});
    EXPECT_EQ(store_.size(Resource::kSecret), 2U);
}

TEST_F(StoreTest, ReplaceOfANamespaceDoesNotTouchALongerName) {
    store_.put(object(secret("openstack-2", "x"), "1"));
    told();
    store_.replace({Resource::kSecret, "openstack"}, {}, "10", false);
    EXPECT_EQ(told(), Told{});
}

TEST_F(StoreTest, DeliveriesOfConcurrentPutsKeepTheOrderOfVersions) {
    constexpr int kVersions = 3'000;
    const auto put_every_third = [this](int first) {
        for (int version = first; version <= kVersions; version += 3)
            store_.put(object(kRef, std::to_string(version)));
    };
    {
        const std::jthread one([&] { put_every_third(1); });
        const std::jthread two([&] { put_every_third(2); });
        const std::jthread three([&] { put_every_third(3); });
    }
    std::string last = "-";
    for (const std::string& line : told()) {
        const auto split = line.find('>');
        EXPECT_EQ(line.substr(0, split), last);
        const std::string after = line.substr(split + 1);
        EXPECT_TRUE(last == "-" || is_newer(after, last)) << line;
        last = after;
    }
    EXPECT_EQ(last, std::to_string(kVersions));
}

}  // namespace
}  // namespace stackseal::store
