// SPDX-License-Identifier: Apache-2.0
// Documents: look-up, equality, and merge patches with RFC 7396's own examples.
#include "controller/core/value.hpp"

#include <gtest/gtest.h>

namespace stackseal::core {
namespace {

Value text(std::string_view t) {
    return Value::of(t);
}
Value number(std::int64_t n) {
    return Value::of(n);
}
Value object(Value::Object members) {
    return Value::object(std::move(members));
}
Value array(Value::Array items) {
    return Value::array(std::move(items));
}

/// RFC 7396 section 2, word by word: the other half, to prove merge_patch against.
Value apply(const Value& target, const Value& patch) {
    if (!patch.is_object()) return patch;
    Value result = object({});
    if (target.is_object())
        for (const auto& [key, held] : *target.members()) {
            const Value* change = patch.find(key);
            if (change == nullptr) result.set(key, held);
            if (change != nullptr && !change->is_null()) result.set(key, apply(held, *change));
        }
    for (const auto& [key, change] : *patch.members())
        if (!change.is_null() && (!target.is_object() || target.find(key) == nullptr))
            result.set(key, apply(Value{}, change));
    return result;
}

TEST(Value, FindsByKeyAndByPath) {
    const Value doc = object({{"metadata", object({{"name", text("a")}})}, {"n", number(1)}});
    EXPECT_EQ(doc.text_at({"metadata", "name"}), "a");
    EXPECT_EQ(doc.text_at({"metadata", "absent"}), "");
    EXPECT_EQ(doc.text_at({"n"}), "") << "a number is no text";
    EXPECT_EQ(doc.find_path({"n", "deeper"}), nullptr);
    EXPECT_EQ(doc.find_path({}), &doc);
    EXPECT_EQ(text("a").find("a"), nullptr);
}

TEST(Value, SetReplacesAddsAndMakesAnObject) {
    Value doc;
    doc.set("a", number(1));
    doc.set("b", number(2));
    doc.set("a", number(3));
    EXPECT_EQ(doc, object({{"a", number(3)}, {"b", number(2)}}));
    EXPECT_EQ(doc.members()->front().first, "a") << "a replaced member keeps its place";
}

TEST(Value, EqualityIgnoresLinesAndTheOrderOfKeys) {
    Value one = object({{"a", number(1)}, {"b", number(2)}});
    one.line = 7;
    EXPECT_EQ(one, object({{"b", number(2)}, {"a", number(1)}}));
    EXPECT_NE(one, object({{"a", number(1)}}));
    EXPECT_NE(one, object({{"a", number(1)}, {"c", number(2)}}));
    EXPECT_NE(array({number(1), number(2)}), array({number(2), number(1)}));
    EXPECT_NE(number(1), text("1"));
    EXPECT_NE(Value{}, Value::of(false));
    EXPECT_NE(object({}), array({}));
}

struct Case {
    std::string what;
    Value from, to, patch;
};

class MergePatch : public testing::TestWithParam<Case> {};

TEST_P(MergePatch, IsAsExpectedAndLeadsThere) {
    const Case& c = GetParam();
    EXPECT_EQ(merge_patch(c.from, c.to), c.patch) << c.what;
    const Value led_to = c.patch.is_null() ? c.from : apply(c.from, c.patch);
    EXPECT_EQ(led_to, c.to) << c.what;
}

INSTANTIATE_TEST_SUITE_P(
    Table, MergePatch,
    testing::Values(
        Case{"nothing", object({{"a", text("b")}}), object({{"a", text("b")}}), {}},
        Case{"a changed text", object({{"a", text("b")}}), object({{"a", text("c")}}),
             object({{"a", text("c")}})},
        Case{"an added key", object({{"a", text("b")}}),
             object({{"a", text("b")}, {"b", text("c")}}), object({{"b", text("c")}})},
        Case{"a dropped key", object({{"a", text("b")}, {"b", text("c")}}),
             object({{"b", text("c")}}), object({{"a", Value{}}})},
        Case{"a deep drop", object({{"a", object({{"b", number(1)}, {"c", number(2)}})}}),
             object({{"a", object({{"c", number(2)}})}}),
             object({{"a", object({{"b", Value{}}})}})},
        Case{"emptied", object({{"a", object({{"b", number(1)}})}}), object({{"a", object({})}}),
             object({{"a", object({{"b", Value{}}})}})},
        Case{"an added empty object", object({}), object({{"a", object({})}}),
             object({{"a", object({})}})},
        Case{"lists are whole", object({{"a", array({number(1), number(2)})}}),
             object({{"a", array({number(1)})}}), object({{"a", array({number(1)})}})},
        Case{"an object for a list", object({{"a", array({number(1)})}}),
             object({{"a", object({{"b", number(1)}})}}),
             object({{"a", object({{"b", number(1)}})}})},
        Case{"a text for an object", object({{"a", object({{"b", number(1)}})}}),
             object({{"a", text("x")}}), object({{"a", text("x")}})},
        Case{"order of keys is nothing",
             object({{"a", number(1)}, {"b", number(2)}}),
             object({{"b", number(2)}, {"a", number(1)}}),
             {}},
        Case{"a number is no text", object({{"a", number(1)}}), object({{"a", text("1")}}),
             object({{"a", text("1")}})},
        Case{"another root", object({{"a", number(1)}}), array({number(1)}), array({number(1)})}));

TEST(MergePatchOf, NullAndAbsentAreTheSame) {
    EXPECT_TRUE(merge_patch(object({{"a", Value{}}}), object({})).is_null());
    EXPECT_TRUE(merge_patch(object({}), object({{"a", Value{}}})).is_null());
}

TEST(MergePatchOf, AValueMadeNullIsDropped) {
    EXPECT_EQ(merge_patch(object({{"a", number(1)}}), object({{"a", Value{}}})),
              object({{"a", Value{}}}));
}

}  // namespace
}  // namespace stackseal::core
