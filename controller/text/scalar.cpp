// SPDX-License-Identifier: Apache-2.0
// YAML 1.2's core schema (section 10.3.2) by hand: yaml-cpp leaves scalars untyped.
#include "controller/text/scalar.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace stackseal::text {

namespace {

using core::Value;

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> words) {
    return std::ranges::find(words, text) != words.end();
}

bool is_digit(char letter) {
    return letter >= '0' && letter <= '9';
}

std::string_view skip_digits(std::string_view text) {
    return text.substr(
        static_cast<std::size_t>(std::ranges::find_if_not(text, is_digit) - text.begin()));
}

std::string_view skip_sign(std::string_view text) {
    return !text.empty() && (text[0] == '+' || text[0] == '-') ? text.substr(1) : text;
}

/// [-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?
bool is_decimal(std::string_view text) {
    std::string_view rest = skip_sign(text);
    const std::string_view after_whole = skip_digits(rest);
    const bool whole = after_whole.size() < rest.size();
    rest = after_whole;
    if (!rest.empty() && rest[0] == '.') {
        const std::string_view after = skip_digits(rest.substr(1));
        if (!whole && after.size() + 1 == rest.size()) return false;
        rest = after;
    } else if (!whole) {
        return false;
    }
    if (rest.empty()) return true;
    if (rest[0] != 'e' && rest[0] != 'E') return false;
    const std::string_view exponent = skip_sign(rest.substr(1));
    return !exponent.empty() && skip_digits(exponent).empty();
}

std::optional<std::int64_t> integer(std::string_view digits, int base) {
    std::int64_t number = 0;
    const char* end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, number, base);
    if (digits.empty() || stop != end || error != std::errc{}) return std::nullopt;
    return number;
}

/// 0o17 and 0x1F, without a sign.
std::optional<std::int64_t> based_integer(std::string_view text) {
    if (text.size() < 3 || text[2] == '-') return std::nullopt;
    if (text.starts_with("0o")) return integer(text.substr(2), 8);
    if (text.starts_with("0x")) return integer(text.substr(2), 16);
    return std::nullopt;
}

std::optional<Value> decimal(std::string_view text) {
    const std::string_view unsigned_plus = text[0] == '+' ? text.substr(1) : text;
    if (const auto number = integer(unsigned_plus, 10)) return Value::of(*number);
    double number = 0;
    const char* end = unsigned_plus.data() + unsigned_plus.size();
    if (std::from_chars(unsigned_plus.data(), end, number).ec != std::errc{}) return std::nullopt;
    Value value;
    value.held = number;
    return value;
}

bool is_no_finite_number(std::string_view text) {
    return is_one_of(skip_sign(text), {".inf", ".Inf", ".INF"}) ||
           is_one_of(text, {".nan", ".NaN", ".NAN"});
}

}  // namespace

std::optional<Value> plain_scalar(std::string_view text) {
    if (is_one_of(text, {"", "~", "null", "Null", "NULL"})) return Value{};
    if (is_one_of(text, {"true", "True", "TRUE"})) return Value::of(true);
    if (is_one_of(text, {"false", "False", "FALSE"})) return Value::of(false);
    if (is_no_finite_number(text)) return std::nullopt;
    if (const auto number = based_integer(text)) return Value::of(*number);
    if (is_decimal(text)) return decimal(text);
    return Value::of(text);
}

}  // namespace stackseal::text
