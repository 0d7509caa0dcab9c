// SPDX-License-Identifier: Apache-2.0
// What is written reads back, for documents that nobody would write; and no input crashes a parser.
#include <gtest/gtest.h>

#include <random>

#include "controller/text/json.hpp"
#include "controller/text/yaml.hpp"
#include "tests/unit/controller/text/documents.hpp"

namespace stackseal::text {
namespace {

using core::Value;

/// Documents by chance, from a seed that a failure prints.
class Generator {
  public:
    explicit Generator(unsigned seed) : engine_(seed) {}

    std::size_t below(std::size_t bound) { return engine_() % bound; }

    std::string word() {
        static const std::vector<std::string> kParts = {
            "a",  "true", "null", "-", ":",    " ",      "\n", "#",    "1",   "0x1f", ".5", "e3",
            "\"", "'",    "é",    "😀", "{",    "[",      ",",  "&",    "*",   "!",    "|",  ">",
            "%",  "@",    "\t",   "~", "\r\n", "- a: b", "\\", "\x7f", "key", "yes",  "? ", ": "};
        std::string out;
        for (std::size_t i = below(5); i > 0; --i) out += kParts[below(kParts.size())];
        return out;
    }

    Value value(std::size_t depth) {
        switch (below(depth == 0 ? 5 : 8)) {
            case 0:
                return {};
            case 1:
                return Value::of(below(2) == 0);
            case 2:
                return number(static_cast<std::int64_t>(engine_()) * (below(2) == 0 ? 1 : -1));
            case 3:
                return fraction(static_cast<double>(engine_()) / 7.0);
            case 4:
                return text(word());
            case 5:
                return list(depth);
            default:
                return mapping(depth);
        }
    }

    Value mapping(std::size_t depth) {
        Value out = object();
        for (std::size_t i = below(4); i > 0; --i) out.set(word() + "k", value(depth - 1));
        return out;
    }

  private:
    Value list(std::size_t depth) {
        Value::Array items;
        for (std::size_t i = below(4); i > 0; --i) items.push_back(value(depth - 1));
        return array(std::move(items));
    }

    std::mt19937 engine_;
};

TEST(RoundTrip, JsonReadsBack) {
    for (unsigned seed = 0; seed < 3000; ++seed) {
        const Value doc = Generator(seed).value(5);
        const auto compact = parse_json(to_json(doc));
        ASSERT_TRUE(compact && *compact == doc) << "seed " << seed << ": " << to_json(doc);
        const auto pretty = parse_json(to_pretty_json(doc));
        ASSERT_TRUE(pretty && *pretty == doc) << "seed " << seed;
    }
}

TEST(RoundTrip, YamlReadsBack) {
    for (unsigned seed = 0; seed < 3000; ++seed) {
        const Value doc = Generator(seed).value(5);
        if (doc.is_null()) continue;  // an empty document is none
        const auto all = parse_yaml(to_yaml(doc));
        ASSERT_TRUE(all) << "seed " << seed << ": " << all.error().message << "\n" << to_yaml(doc);
        ASSERT_TRUE(all->size() == 1 && all->front() == doc) << "seed " << seed << ":\n"
                                                             << to_yaml(doc);
    }
}

TEST(RoundTrip, JsonIsReadAlikeByBothParsers) {
    for (unsigned seed = 0; seed < 1000; ++seed) {
        const Value doc = Generator(seed).mapping(4);
        const auto all = parse_yaml(to_json(doc));
        ASSERT_TRUE(all) << "seed " << seed << ": " << all.error().message << to_json(doc);
        ASSERT_EQ(all->front(), doc) << "seed " << seed;
    }
}

/// Neither parser may do anything but answer, whatever bytes come.
TEST(RoundTrip, DamagedDocumentsAreAnswered) {
    const std::string_view pieces = "{}[]:,-?&*!|>'\"%@`#~ \n\t\\<0a\x01\xff\x04";
    std::size_t accepted = 0;
    for (unsigned seed = 0; seed < 4000; ++seed) {
        Generator chance(seed);
        const Value doc = chance.mapping(4);
        std::string text = seed % 2 == 0 ? to_yaml(doc) : to_json(doc);
        for (std::size_t i = 1 + chance.below(4); i > 0; --i)
            text.insert(chance.below(text.size() + 1), 1, pieces[chance.below(pieces.size())]);
        accepted += parse_json(text) ? 1U : 0U;
        accepted += parse_yaml(text) ? 1U : 0U;
    }
    EXPECT_GT(accepted, 100U) << "some damage is harmless";
    EXPECT_LT(accepted, 6000U) << "most is not";
}

}  // namespace
}  // namespace stackseal::text
