// SPDX-License-Identifier: Apache-2.0
// Base64: the vectors of RFC 4648, every byte, and everything that is refused.
#include "controller/core/base64.hpp"

#include <gtest/gtest.h>

#include "controller/core/concat.hpp"

namespace stackseal::core {
namespace {

using std::string_literals::operator""s;

struct Pair {
    std::string bytes, text;
};

class Base64Vectors : public testing::TestWithParam<Pair> {};

TEST_P(Base64Vectors, GoBothWays) {
    EXPECT_EQ(base64_encode(GetParam().bytes), GetParam().text);
    const auto decoded = base64_decode(GetParam().text);
    ASSERT_TRUE(decoded) << decoded.error().message;
    EXPECT_EQ(decoded->reveal(), GetParam().bytes);
}

// Source: RFC 4648 section 10, and bytes with the top bit set.
INSTANTIATE_TEST_SUITE_P(Rfc4648, Base64Vectors,
                         testing::Values(Pair{"", ""}, Pair{"f", "Zg=="}, Pair{"fo", "Zm8="},
                                         Pair{"foo", "Zm9v"}, Pair{"foob", "Zm9vYg=="},
                                         Pair{"fooba", "Zm9vYmE="}, Pair{"foobar", "Zm9vYmFy"},
                                         Pair{"\xff\xff\xff", "////"}, Pair{"\xfb\xef\xbe", "++++"},
                                         Pair{"\0"s, "AA=="}, Pair{"\0\0\0"s, "AAAA"}));

TEST(Base64, EveryByteAtEveryPlaceSurvives) {
    for (std::size_t length = 1; length <= 4; ++length)
        for (int byte = 0; byte < 256; ++byte) {
            const std::string bytes(length, static_cast<char>(byte));
            const auto back = base64_decode(base64_encode(bytes));
            ASSERT_TRUE(back);
            ASSERT_EQ(back->reveal(), bytes) << length << " x " << byte;
        }
}

class Base64Refused : public testing::TestWithParam<std::string> {};

TEST_P(Base64Refused, IsInvalidAndNotQuoted) {
    const auto decoded = base64_decode(GetParam());
    ASSERT_FALSE(decoded) << decoded->reveal();
    EXPECT_EQ(decoded.error().code, Code::kInvalid);
    const bool quoted = decoded.error().message.find(GetParam()) != std::string::npos;
    EXPECT_FALSE(quoted && GetParam().size() > 3) << "the text may be a key";
}

INSTANTIATE_TEST_SUITE_P(Strict, Base64Refused,
                         testing::Values("Zg", "Zg=", "Z", "Zm9vY", "=",
                                         "==", "===", "====", "Zg===", "Zm9vYg==Zm9v", "Zm9v\nYmFy",
                                         "Zm9vYmFy\n", " Zm9v", "Zm-_", "Zm9*", "Zg==\0\0\0\0"s,
                                         "Zm\0v"s, "Z=g=", "Zm9v====", "Zm9\x80",
                                         // Stray bits: "Zg==" is the one text of "f".
                                         "Zh==", "Zm9=", "Zn=="));

TEST(Base64, ErrorsSayWhere) {
    EXPECT_EQ(base64_decode("Zm9v*A==").error().message,
              "not base64: a letter outside A-Z a-z 0-9 + / (at offset 4)");
    EXPECT_EQ(base64_decode("Zm9vY").error().message,
              "not base64: the length is no multiple of four; pad it with = (at offset 5)");
    EXPECT_EQ(base64_decode("Zh==").error().message,
              "not base64: stray bits in the last letter (at offset 1)");
}

TEST(Base64, AMegabyteGoesBothWays) {
    std::string bytes;
    for (std::size_t i = 0; i < (1U << 20U); ++i)
        bytes.push_back(static_cast<char>(i * 31 + i / 7));
    EXPECT_EQ(base64_decode(base64_encode(bytes))->reveal(), bytes);
}

}  // namespace
}  // namespace stackseal::core
