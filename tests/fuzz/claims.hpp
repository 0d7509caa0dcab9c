// SPDX-License-Identifier: Apache-2.0
// How a fuzz target states what must hold for every input, and what holds for every message.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "controller/core/result.hpp"

namespace stackseal::fuzz {

/// What stands in place of a secret; no message of the program holds it by chance.
inline constexpr std::string_view kCanary = "Zq7CanaryXv3";
/// No message is longer, however long its cause.
inline constexpr std::size_t kLongestMessage = 3000;

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
    return {reinterpret_cast<const char*>(data), size};
}

/// Ends the process, so that libFuzzer keeps the input. shown: what the claim was about.
inline void require(bool holds, std::string_view claim, std::string_view shown = {}) {
    if (holds) return;
    std::fprintf(stderr, "broken: %.*s\n%.*s\n", static_cast<int>(claim.size()), claim.data(),
                 static_cast<int>(std::min<std::size_t>(shown.size(), 10000)), shown.data());
    std::abort();
}

/// A message of ours is one line of bounded length, whatever it is about.
inline void require_line(std::string_view message) {
    const auto is_control = [](char letter) {
        return static_cast<unsigned char>(letter) < 0x20 || letter == 0x7f;
    };
    require(!message.empty(), "a message says something");
    require(message.size() <= kLongestMessage, "a message is bounded", message);
    require(std::ranges::none_of(message, is_control), "a message is one line", message);
}

inline void require_silent(std::string_view message) {
    require(message.find(kCanary) == std::string_view::npos, "no secret in a message", message);
}

/// A refusal has the code that the function documents, and says why on one line.
inline void require_refusal(const core::Error& error, core::Code code) {
    require(error.code == code, "the error has its documented code", error.message);
    require_line(error.message);
}

}  // namespace stackseal::fuzz
