// SPDX-License-Identifier: Apache-2.0
// Base64 by hand: core links no library, and OpenSSL's decoder accepts what is no base64.
#include "controller/core/base64.hpp"

#include <array>
#include <cstdint>
#include <utility>

#include "controller/core/concat.hpp"

namespace stackseal::core {

namespace {

constexpr std::string_view kLetters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t kNone = 64;

constexpr std::array<std::uint8_t, 256> kValues = [] {
    std::array<std::uint8_t, 256> values{};
    values.fill(kNone);
    for (std::size_t i = 0; i < kLetters.size(); ++i)
        values[static_cast<unsigned char>(kLetters[i])] = static_cast<std::uint8_t>(i);
    return values;
}();

/// Up to three bytes, left-aligned in 24 bits.
std::uint32_t group_at(std::string_view bytes, std::size_t at) {
    std::uint32_t group = 0;
    for (std::size_t i = 0; i < 3; ++i) {
        const bool there = at + i < bytes.size();
        group = (group << 8U) | (there ? static_cast<unsigned char>(bytes[at + i]) : 0U);
    }
    return group;
}

std::size_t padding_of(std::string_view text) {
    if (text.ends_with("==")) return 2;
    return text.ends_with('=') ? 1 : 0;
}

/// The offset of the first letter that is not of the alphabet, or the text's size.
std::size_t first_stranger(std::string_view text) {
    std::size_t at = 0;
    while (at < text.size() && kValues[static_cast<unsigned char>(text[at])] != kNone) ++at;
    return at;
}

Error fault(std::size_t offset, std::string_view reason) {
    return {Code::kInvalid, concat("not base64: ", reason, " (at offset ", offset, ")")};
}

/// The letters before the padding, six bits each, cut to whole bytes; bits left over must be zero.
bool append_bytes(std::string_view letters, std::string& out) {
    std::uint32_t bits = 0;
    unsigned count = 0;
    for (const char letter : letters) {
        bits = ((bits << 6U) | kValues[static_cast<unsigned char>(letter)]) & 0xFFFU;
        count += 6;
        if (count < 8) continue;
        count -= 8;
        out.push_back(static_cast<char>((bits >> count) & 0xFFU));
    }
    return (bits & ((1U << count) - 1U)) == 0;
}

}  // namespace

std::string base64_encode(std::string_view bytes) {
    std::string out;
    out.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        const std::uint32_t group = group_at(bytes, at);
        for (const unsigned shift : {18U, 12U, 6U, 0U})
            out.push_back(kLetters[(group >> shift) & 63U]);
    }
    for (std::size_t short_by = (3 - bytes.size() % 3) % 3; short_by > 0; --short_by)
        out[out.size() - short_by] = '=';
    return out;
}

Result<SecretBytes> base64_decode(std::string_view text) {
    const std::string_view letters = text.substr(0, text.size() - padding_of(text));
    if (const std::size_t at = first_stranger(letters); at < letters.size())
        return fault(at, "a letter outside A-Z a-z 0-9 + /");
    if (text.size() % 4 != 0)
        return fault(text.size(), "the length is no multiple of four; pad it with =");
    std::string bytes;
    bytes.reserve(text.size() / 4 * 3);
    const bool exact = append_bytes(letters, bytes);
    SecretBytes taken = SecretBytes::take(std::move(bytes));
    if (!exact) return fault(letters.size() - 1, "stray bits in the last letter");
    return taken;
}

}  // namespace stackseal::core
