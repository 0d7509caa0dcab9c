// SPDX-License-Identifier: Apache-2.0
// What is known is not looked into again; what differs in version, uid or wholeness is.
#include "controller/kube/intake.hpp"

#include <gtest/gtest.h>

#include "controller/kube/secret_facts.hpp"
#include "controller/text/json.hpp"

namespace stackseal::kube {
namespace {

using core::Resource;

core::Value secret(const std::string& uid, const std::string& version, bool managed,
                   const std::string& type) {
    const std::string labels = managed ? R"({"stackseal.io/managed":"true"})" : R"({"a":"b"})";
    return *text::parse_json(R"({"metadata":{"namespace":"ns","name":"a","uid":")" + uid +
                             R"(","resourceVersion":")" + version + R"(","labels":)" + labels +
                             R"(},"type":")" + type + R"("})");
}

class IntakeTest : public testing::Test {
  protected:
    /// The type tells which document an object was read from.
    std::string type_of(const core::Value& document) {
        const auto object = intake_.object(Resource::kSecret, document);
        return std::get<api::Snapshot<api::SecretFacts>>(*object)->type;
    }
    void hold(const core::Value& document) {
        store_.put(*intake_.object(Resource::kSecret, document));
    }

    store::Store store_;
    pki::Inspector inspector_;
    Intake intake_{store_, inspector_};
};

TEST_F(IntakeTest, TheSameVersionIsNotReadAgain) {
    hold(secret("u1", "7", true, "first"));
    EXPECT_EQ(type_of(secret("u1", "7", true, "second")), "first");
}

TEST_F(IntakeTest, AnotherVersionIsRead) {
    hold(secret("u1", "7", true, "first"));
    EXPECT_EQ(type_of(secret("u1", "8", true, "second")), "second");
    EXPECT_EQ(type_of(secret("u1", "6", true, "second")), "second");
}

TEST_F(IntakeTest, AnotherObjectOfTheSameNameIsRead) {
    hold(secret("u1", "7", true, "first"));
    EXPECT_EQ(type_of(secret("u2", "7", true, "second")), "second");
}

TEST_F(IntakeTest, WhatIsHeldOfAForeignSecretIsNotAllOfIt) {
    hold(secret("u1", "7", false, "first"));
    EXPECT_EQ(type_of(secret("u1", "7", false, "second")), "second");
}

TEST_F(IntakeTest, WhatCannotBeReadIsAnError) {
    const auto document = text::parse_json(R"({"metadata":{"name":7}})");
    EXPECT_FALSE(intake_.object(Resource::kNamespace, *document));
}

}  // namespace
}  // namespace stackseal::kube
