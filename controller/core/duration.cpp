// SPDX-License-Identifier: Apache-2.0
// The one parser of durations; the CRD's pattern accepts exactly what it accepts.
#include "controller/core/duration.hpp"

#include "controller/core/concat.hpp"
#include "controller/core/quoted.hpp"

namespace stackseal::core {

namespace {

/// Takes "<1..6 digits><unit>" off the front of the text; without it, nothing is taken.
std::int64_t take_unit(std::string_view& text, char unit) {
    std::size_t end = 0;
    std::int64_t number = 0;
    while (end < text.size() && end < 6 && text[end] >= '0' && text[end] <= '9')
        number = number * 10 + (text[end++] - '0');
    if (end == 0 || end >= text.size() || text[end] != unit) return 0;
    text.remove_prefix(end + 1);
    return number;
}

}  // namespace

Result<std::chrono::seconds> parse_duration(std::string_view text) {
    std::string_view rest = text;
    const std::chrono::hours hours(take_unit(rest, 'h'));
    const std::chrono::minutes minutes(take_unit(rest, 'm'));
    const std::chrono::seconds total = hours + minutes + std::chrono::seconds(take_unit(rest, 's'));
    if (text.empty() || !rest.empty())
        return Error{Code::kInvalid, concat("not a duration: ", quoted(text),
                                            "; write hours, minutes and seconds, as in 1h30m")};
    if (total > kLongestDuration)
        return Error{Code::kInvalid, concat("duration ", text, " is over 100 years")};
    return total;
}

std::string format_duration(std::chrono::seconds duration) {
    const std::chrono::hh_mm_ss parts{duration};
    std::string out;
    if (parts.hours().count() != 0) out += concat(parts.hours().count(), 'h');
    if (parts.minutes().count() != 0) out += concat(parts.minutes().count(), 'm');
    if (parts.seconds().count() != 0 || out.empty()) out += concat(parts.seconds().count(), 's');
    return out;
}

}  // namespace stackseal::core
