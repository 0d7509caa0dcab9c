// SPDX-License-Identifier: Apache-2.0
// Durations as the API writes them: "2160h", "1h30m", "90s".
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "controller/core/result.hpp"

namespace stackseal::core {

/// The longest duration that the API takes: 100 years of 365 days.
inline constexpr std::chrono::seconds kLongestDuration = std::chrono::hours(24 * 365 * 100);

/// "1h30m" → 5400 s. Hours, minutes and seconds, each once, in this order, at most six digits each.
/// Errors: kInvalid for another form, and for more than kLongestDuration.
/// Source: the CRDs' pattern ^([0-9]{1,6}h)?([0-9]{1,6}m)?([0-9]{1,6}s)?$.
Result<std::chrono::seconds> parse_duration(std::string_view text);

/// 5400 s → "1h30m"; zero → "0s". Reads back to the same value up to kLongestDuration.
std::string format_duration(std::chrono::seconds duration);

}  // namespace stackseal::core
