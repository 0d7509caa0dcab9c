// SPDX-License-Identifier: Apache-2.0
// Status patches and pruned members.
#include "controller/kube/status_patch.hpp"

#include <gmock/gmock.h>

#include "controller/text/json.hpp"

namespace stackseal::kube {
namespace {

using core::Value;
using testing::ElementsAre;
using testing::IsEmpty;

Value json(std::string_view text) {
    const auto document = text::parse_json(text);
    EXPECT_TRUE(document) << text;
    return document ? *document : Value();
}

TEST(Lost, FindsMembersThatTheAnswerLacks) {
    struct Row {
        std::string sent, answered;
        std::vector<std::string> wanted;
    };
    const Row table[] = {
        {R"({"a":1})", R"({"a":1})", {}},
        {R"({"a":1})", R"({"a":2,"b":3})", {}},
        {R"({"a":1,"b":2})", R"({"a":1})", {"b"}},
        {R"({"a":{"b":1,"c":2}})", R"({"a":{"b":1}})", {"a.c"}},
        {R"({"a":[{"b":1,"c":2}]})", R"({"a":[{"b":1}]})", {"a[].c"}},
        {R"({"a":[{"b":1},{"b":2}]})", R"({"a":[{"x":1}]})", {}},
        {R"({"a":1})", "null", {"a"}},
        {"null", R"({"a":1})", {}},
    };
    for (const Row& row : table) {
        const Paths found = lost(json(row.sent), json(row.answered));
        EXPECT_EQ(std::vector<std::string>(found.begin(), found.end()), row.wanted)
            << row.sent << " / " << row.answered;
    }
}

TEST(Without, TakesThePathsOut) {
    const Value status = json(R"({"a":1,"b":{"a":2},"c":[{"d":3,"e":4},{"d":5}]})");
    EXPECT_EQ(without(status, {"a", "c[].d"}), json(R"({"b":{"a":2},"c":[{"e":4},{}]})"));
    EXPECT_EQ(without(status, {}), status);
    EXPECT_EQ(without(Value(), {"a"}), Value());
}

api::Object certificate(std::int64_t revision, const std::string& serial) {
    auto object = std::make_shared<api::Certificate>();
    object->status.revision = revision;
    object->status.serial = serial;
    return api::Snapshot<api::Certificate>(std::move(object));
}

TEST(StatusPatch, HoldsOnlyWhatDiffers) {
    EXPECT_TRUE(status_patch(certificate(1, "aa"), certificate(1, "aa"), {}).is_null());
    EXPECT_EQ(status_patch(certificate(1, "aa"), certificate(2, "aa"), {}),
              json(R"({"revision":2})"));
    EXPECT_EQ(status_patch(certificate(1, "aa"), certificate(1, ""), {}),
              json(R"({"serialNumber":null})"));
}

TEST(StatusPatch, LeavesPrunedMembersOut) {
    EXPECT_EQ(status_patch(certificate(1, ""), certificate(2, "bb"), {"serialNumber"}),
              json(R"({"revision":2})"));
    EXPECT_TRUE(status_patch(certificate(2, ""), certificate(2, "bb"), {"serialNumber"}).is_null());
}

TEST(StatusOf, AKindWithoutStatusHasNone) {
    EXPECT_TRUE(status_of(api::absent(core::Resource::kCertificate)).is_null());
    EXPECT_TRUE(
        status_of(api::Snapshot<api::Namespace>(std::make_shared<api::Namespace>())).is_null());
}

}  // namespace
}  // namespace stackseal::kube
