// SPDX-License-Identifier: Apache-2.0
// Secret bytes leave nothing behind, and cannot be copied or printed by accident.
#include "controller/core/secret_bytes.hpp"

#include <gtest/gtest.h>

#include <ostream>
#include <type_traits>

namespace stackseal::core {
namespace {

template <class T>
concept Printable = requires(std::ostream& out, const T& value) {
    out << value;
};

static_assert(!std::is_copy_constructible_v<SecretBytes>);
static_assert(!std::is_copy_assignable_v<SecretBytes>);
static_assert(std::is_nothrow_move_constructible_v<SecretBytes>);
static_assert(!std::is_convertible_v<SecretBytes, std::string>);
static_assert(!std::is_convertible_v<SecretBytes, std::string_view>);
static_assert(!std::is_convertible_v<std::string, SecretBytes>);
static_assert(!Printable<SecretBytes>);

constexpr std::string_view kShort = "hunter2";  // fits into the string object itself
const std::string kLong(1000, 'k');

/// How many bytes of a string's memory, spare room included, are not zero. After wipe() the size
/// is zero while the memory is still owned.
std::size_t traces_in(std::string& text) {
    const std::size_t size = text.size();
    std::size_t traces = 0;
    for (std::size_t i = 0; i < text.capacity(); ++i)
        if (i < size || text.data()[i] != 0) ++traces;
    return traces;
}

TEST(Wipe, ClearsTheSpareCapacityToo) {
    std::string text = kLong;
    text.resize(10);  // 990 bytes of it now lie behind the end
    wipe(text);
    EXPECT_TRUE(text.empty());
    EXPECT_GE(text.capacity(), kLong.size());
    EXPECT_EQ(traces_in(text), 0U);
}

TEST(Wipe, ClearsAShortText) {
    std::string text(kShort);
    wipe(text);
    EXPECT_EQ(traces_in(text), 0U);
}

TEST(SecretBytes, TakeWipesWhereTheTextCameFrom) {
    std::string text(kShort);
    const SecretBytes taken = SecretBytes::take(std::move(text));
    EXPECT_EQ(taken.reveal(), kShort);
    // NOLINTNEXTLINE(bugprone-use-after-move): that nothing is left there is what is tested
    EXPECT_EQ(traces_in(text), 0U);
}

TEST(SecretBytes, MovingEmptiesTheSource) {
    for (const std::string_view value : {kShort, std::string_view(kLong)}) {
        SecretBytes source(value);
        SecretBytes target(std::move(source));
        EXPECT_EQ(target.reveal(), value);
        EXPECT_TRUE(source.empty());  // NOLINT(bugprone-use-after-move)
        SecretBytes other("before");
        other = std::move(target);
        EXPECT_EQ(other.reveal(), value);
        EXPECT_TRUE(target.empty());  // NOLINT(bugprone-use-after-move)
    }
}

TEST(SecretBytes, SurvivesItsOwnAssignment) {
    SecretBytes bytes(kShort);
    SecretBytes& alias = bytes;
    bytes = std::move(alias);
    EXPECT_EQ(bytes.reveal(), kShort);
}

TEST(SecretBytes, CopiesOnlyWhenAsked) {
    const SecretBytes bytes(kLong);
    const SecretBytes twin = bytes.copy();
    EXPECT_TRUE(twin.same(bytes));
    EXPECT_NE(twin.reveal().data(), bytes.reveal().data());
    EXPECT_FALSE(twin.same(SecretBytes(kShort)));
    EXPECT_EQ(twin.size(), kLong.size());
}

TEST(SecretBytes, HoldsNulBytes) {
    const SecretBytes bytes(std::string_view("a\0b", 3));
    EXPECT_EQ(bytes.size(), 3U);
}

}  // namespace
}  // namespace stackseal::core
