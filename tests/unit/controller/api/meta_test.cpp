// SPDX-License-Identifier: Apache-2.0
// Conditions, and what holds for an object of any kind.
#include "controller/api/meta.hpp"

#include <gtest/gtest.h>

#include "controller/api/object.hpp"

namespace stackseal::api {
namespace {

constexpr core::Time kEarly{std::chrono::seconds(1000)};
constexpr core::Time kLate{std::chrono::seconds(2000)};

TEST(Conditions, TheTransitionMovesOnlyWithTheStatus) {
    std::vector<Condition> all;
    set_condition(all, {"Ready", "False", "Waiting", "", 1, {}}, kEarly);
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all[0].last_transition, kEarly);
    set_condition(all, {"Ready", "False", "Blocked", "why", 2, {}}, kLate);
    EXPECT_EQ(all[0], (Condition{"Ready", "False", "Blocked", "why", 2, kEarly}));
    set_condition(all, {"Ready", "True", "Issued", "", 2, {}}, kLate);
    EXPECT_EQ(all[0].last_transition, kLate);
    EXPECT_EQ(all.size(), 1U);
}

TEST(Conditions, OneWithoutATransitionGetsOne) {
    std::vector<Condition> all = {{"Ready", "True", "Issued", "", 1, {}}};
    set_condition(all, {"Ready", "True", "Issued", "", 1, {}}, kLate);
    EXPECT_EQ(all[0].last_transition, kLate);
}

TEST(Conditions, AreFoundByType) {
    const std::vector<Condition> all = {{"Issuing", "True", "", "", 0, {}},
                                        {"Ready", "False", "", "", 0, {}}};
    EXPECT_EQ(find_condition(all, "Ready"), &all[1]);
    EXPECT_EQ(find_condition(all, "ready"), nullptr);
}

TEST(Labels, AreFoundOrEmpty) {
    const std::map<std::string, std::string> labels = {{"a", "b"}};
    EXPECT_EQ(find_or_empty(labels, "a"), "b");
    EXPECT_EQ(find_or_empty(labels, "c"), "");
}

Certificate certificate() {
    Certificate c;
    c.meta.name = "keystone";
    c.meta.space = "openstack";
    c.meta.resource_version = "1";
    return c;
}

Object held(Certificate c) {
    return std::make_shared<const Certificate>(std::move(c));
}

TEST(Objects, KnowWhatTheyAre) {
    const Object object = held(certificate());
    EXPECT_EQ(ref_of(object), (core::Ref{core::Resource::kCertificate, "openstack", "keystone"}));
    EXPECT_EQ(meta_of(object)->name, "keystone");
    for (const core::Resource resource : {core::Resource::kCertificate, core::Resource::kIssuer,
                                          core::Resource::kSecret, core::Resource::kNamespace}) {
        EXPECT_EQ(resource_of(absent(resource)), resource);
        EXPECT_EQ(meta_of(absent(resource)), nullptr);
    }
}

TEST(Objects, AChangeOfStatusAloneIsToldApart) {
    Certificate next = certificate();
    next.status.revision = 2;
    next.meta.resource_version = "2";
    EXPECT_TRUE(differ_in_status_only(held(certificate()), held(next)));
    Certificate labelled = next;
    labelled.meta.labels["a"] = "b";
    EXPECT_FALSE(differ_in_status_only(held(certificate()), held(labelled)));
    Certificate edited = next;
    edited.spec.reissue = "now";
    EXPECT_FALSE(differ_in_status_only(held(certificate()), held(edited)));
    EXPECT_FALSE(differ_in_status_only(held(certificate()), absent(core::Resource::kCertificate)));
    EXPECT_FALSE(differ_in_status_only(std::make_shared<const Namespace>(),
                                       std::make_shared<const Namespace>()));
}

}  // namespace
}  // namespace stackseal::api
