// SPDX-License-Identifier: Apache-2.0
// Short ways to write documents down in tests.
#pragma once

#include <ostream>
#include <string>
#include <string_view>
#include <utility>

#include "controller/core/value.hpp"
#include "controller/text/json.hpp"

namespace stackseal::core {

/// How a failed expectation shows a document.
inline void PrintTo(const Value& value, std::ostream* out) {
    *out << text::to_json(value);
}

}  // namespace stackseal::core

namespace stackseal::text {

inline core::Value text(std::string_view t) {
    return core::Value::of(t);
}
inline core::Value number(std::int64_t n) {
    return core::Value::of(n);
}
inline core::Value fraction(double d) {
    core::Value value;
    value.held = d;
    return value;
}
inline core::Value object(core::Value::Object members = {}) {
    return core::Value::object(std::move(members));
}
inline core::Value array(core::Value::Array items = {}) {
    return core::Value::array(std::move(items));
}

/// The part `times` times over: repeated("[", 3) is "[[[".
inline std::string repeated(std::string_view part, std::size_t times) {
    std::string out;
    for (std::size_t i = 0; i < times; ++i) out += part;
    return out;
}

}  // namespace stackseal::text
