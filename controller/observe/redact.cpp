// SPDX-License-Identifier: Apache-2.0
// Shapes of secrets, found without <regex>.
#include "controller/observe/redact.hpp"

#include <algorithm>
#include <cctype>

namespace stackseal::observe {

namespace {

constexpr std::size_t kTokenLength = 8;        // shorter words after "Bearer" are prose
constexpr std::size_t kEncodedKeyLength = 60;  // an Ed25519 key in PKCS#8 has 64 base64 letters

bool is_letter_or_digit(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0;
}
bool is_base64(char c) {
    return is_letter_or_digit(c) || c == '+' || c == '/';
}
bool is_token(char c) {
    return is_base64(c) || c == '=' || c == '-' || c == '_' || c == '.' || c == '~';
}

template <class Predicate>
std::size_t run_length(std::string_view text, Predicate is_part) {
    return static_cast<std::size_t>(std::ranges::find_if_not(text, is_part) - text.begin());
}

bool contains_ignoring_case(std::string_view text, std::string_view lower) {
    const auto same = [](unsigned char a, unsigned char b) { return std::tolower(a) == b; };
    return !std::ranges::search(text, lower, same).empty();
}

bool has_pem(std::string_view text) {
    // The second is the first in base64, as a Secret's data holds it.
    return contains_ignoring_case(text, "-----begin") || text.find("LS0tLS1CRUdJTi") != text.npos;
}

bool has_bearer(std::string_view text) {
    constexpr std::string_view kWord = "bearer";
    for (; text.size() > kWord.size(); text.remove_prefix(1)) {
        if (!contains_ignoring_case(text.substr(0, kWord.size()), kWord)) continue;
        std::string_view rest = text.substr(kWord.size());
        rest.remove_prefix(
            run_length(rest, [](char c) { return c == ' ' || c == '\t' || c == ':'; }));
        if (run_length(rest, is_token) >= kTokenLength && rest.data() != text.data() + kWord.size())
            return true;
    }
    return false;
}

bool has_web_token(std::string_view text) {
    for (auto at = text.find("eyJ"); at != text.npos; at = text.find("eyJ", at + 1)) {
        const std::string_view word = text.substr(at, run_length(text.substr(at), is_token));
        if (std::ranges::count(word, '.') >= 2 && word.size() >= 20) return true;
    }
    return false;
}

/// A long run of base64 that begins like a DER SEQUENCE: 'M' and a letter of A to P.
bool has_encoded_key(std::string_view text) {
    while (!text.empty()) {
        const std::size_t run = run_length(text, is_base64);
        if (run >= kEncodedKeyLength && text[0] == 'M' && text[1] >= 'A' && text[1] <= 'P')
            return true;
        text.remove_prefix(std::min(text.size(), run + 1));
    }
    return false;
}

}  // namespace

std::optional<std::string_view> secret_in(std::string_view text) {
    if (has_pem(text)) return "PEM";
    if (has_bearer(text)) return "bearer token";
    if (has_web_token(text)) return "web token";
    if (has_encoded_key(text)) return "encoded key";
    return std::nullopt;
}

}  // namespace stackseal::observe
