// SPDX-License-Identifier: Apache-2.0
// What holds for each kind of ours, between a document and its struct.
#pragma once

#include <string_view>

#include "controller/api/codec.hpp"
#include "controller/api/validate.hpp"
#include "controller/text/json.hpp"
#include "tests/fuzz/claims.hpp"
#include "tests/fuzz/documents.hpp"

namespace stackseal::fuzz {

inline void require_problems(const std::vector<api::Problem>& problems) {
    require(problems.size() <= 1000, "a report is bounded");
    for (const api::Problem& problem : problems) {
        require_line(problem.message);
        require(problem.pointer.empty() || problem.pointer.front() == '/', "a pointer is one");
    }
    if (!problems.empty()) require_line(api::to_string(problems));
}

/// Accepted → encoded → decoded gives the same, and the same verdict of validate().
template <class T>
void check_accepted(const T& object) {
    const core::Value encoded = api::encode(object);
    const std::string shown = text::to_json(encoded);
    const api::Decoded<T> again = api::decode<T>(encoded);
    require(again.problems.empty(), "what was encoded is accepted", shown);
    require(again.unknown.empty(), "nothing unknown is encoded", shown);
    require(again.value == object, "it is decoded to the same", shown);
    require(api::encode(again.value) == encoded, "the second encoding is the first", shown);
    const auto verdict = api::validate(object.spec);
    require(verdict == api::validate(again.value.spec), "the verdict is the same", shown);
    require_problems(verdict);
}

template <class T>
int check_kind(std::string_view input) {
    for (const core::Value& document : documents_of(input)) {
        const api::Decoded<T> decoded = api::decode<T>(document);
        require_problems(decoded.problems);
        require_problems(decoded.unknown);
        if (decoded.problems.empty()) check_accepted(decoded.value);
    }
    return 0;
}

}  // namespace stackseal::fuzz
