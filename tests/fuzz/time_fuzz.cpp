// SPDX-License-Identifier: Apache-2.0
// Durations and points in time: one value, one text.
#include "controller/core/duration.hpp"
#include "controller/core/time.hpp"
#include "controller/kube/http_date.hpp"
#include "tests/fuzz/claims.hpp"

namespace {

using namespace stackseal;
using fuzz::require;

void check_duration(std::string_view input) {
    const auto duration = core::parse_duration(input);
    if (!duration) return fuzz::require_refusal(duration.error(), core::Code::kInvalid);
    require(duration->count() >= 0 && *duration <= core::kLongestDuration, "it is in bounds");
    const std::string text = core::format_duration(*duration);
    const auto again = core::parse_duration(text);
    require(again.has_value() && *again == *duration, "a duration reads back", text);
}

void check_time(std::string_view input) {
    const auto time = core::parse_rfc3339(input);
    if (!time) return fuzz::require_refusal(time.error(), core::Code::kInvalid);
    const std::string text = core::format_rfc3339(*time);
    const auto again = core::parse_rfc3339(text);
    require(again.has_value() && *again == *time, "a time reads back", text);
    const auto micro = core::parse_rfc3339(core::format_rfc3339_micro(*time));
    require(micro.has_value() && *micro == *time, "a time with a fraction reads back", text);
}

void check_date(std::string_view input) {
    const auto date = kube::parse_http_date(input);
    if (!date) return fuzz::require_refusal(date.error(), core::Code::kInvalid);
    require(core::parse_rfc3339(core::format_rfc3339(*date)).has_value(), "a date is a time");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input = fuzz::text_of(data, size);
    check_duration(input);
    check_time(input);
    check_date(input);
    return 0;
}
