// SPDX-License-Identifier: Apache-2.0
// Problems with their JSON pointers.
#include "controller/api/decoder.hpp"

#include <algorithm>
#include <utility>

#include "controller/core/concat.hpp"

namespace stackseal::api {

namespace {

void append(std::vector<Problem>& all, Problem problem) {
    if (all.size() < Decoder::kMostProblems) all.push_back(std::move(problem));
}

bool continues_a_character(char letter) {
    return (static_cast<unsigned char>(letter) & 0xC0U) == 0x80U;
}

}  // namespace

Decoder::Step::Step(Decoder& decoder, std::string_view token)
    : decoder_(decoder), length_(decoder.path_.size()) {
    decoder_.path_ += '/';
    decoder_.path_ += pointer_token(core::plain(token, 256));
}

void Decoder::problem(const core::Value& at, std::string message) {
    append(problems_, {path_, std::move(message), at.line});
}

void Decoder::unknown(const core::Value& at, std::string message) {
    if (!lenient_) append(unknown_, {path_, std::move(message), at.line});
}

std::string_view kind_of(const core::Value& value) {
    constexpr std::string_view kKinds[] = {"nothing", "a truth value", "a number", "a number",
                                           "text",    "a list",        "a mapping"};
    return kKinds[value.held.index()];
}

std::size_t characters(std::string_view text) {
    return text.size() -
           static_cast<std::size_t>(std::ranges::count_if(text, continues_a_character));
}

std::string pointer_token(std::string_view key) {
    std::string out;
    for (const char letter : key) {
        if (letter == '~') {
            out += "~0";
        } else if (letter == '/') {
            out += "~1";
        } else {
            out += letter;
        }
    }
    return out;
}

std::string to_string(const Problem& problem) {
    std::string out = core::concat(problem.pointer, ": ", problem.message);
    if (problem.line > 0) out += core::concat(" (line ", problem.line, ')');
    return out;
}

std::string to_string(const std::vector<Problem>& problems) {
    constexpr std::size_t kMost = 1000;
    std::string out;
    for (std::size_t i = 0; i < problems.size(); ++i) {
        std::string next = to_string(problems[i]);
        if (i > 0 && out.size() + next.size() > kMost)
            return core::concat(out, "; and ", problems.size() - i, " more");
        if (i > 0) out += "; ";
        out += next;
    }
    return out;
}

}  // namespace stackseal::api
