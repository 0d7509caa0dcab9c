// SPDX-License-Identifier: Apache-2.0
// RFC 3339 by hand: std::chrono::parse and std::format are absent from the platform's library.
#include "controller/core/time.hpp"

#include <array>
#include <cstdio>

#include "controller/core/concat.hpp"
#include "controller/core/quoted.hpp"

namespace stackseal::core {

namespace {

using namespace std::chrono_literals;

struct Fields {
    int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, used = 0;
};

bool digits_at(std::string_view text, std::size_t at, std::size_t count, int& out) {
    out = 0;
    for (std::size_t i = at; i < at + count; ++i) {
        if (i >= text.size() || text[i] < '0' || text[i] > '9') return false;
        out = out * 10 + (text[i] - '0');
    }
    return true;
}

bool marks_fit(std::string_view text) {
    return text.size() >= 20 && text[4] == '-' && text[7] == '-' &&
           (text[10] == 'T' || text[10] == 't' || text[10] == ' ') && text[13] == ':' &&
           text[16] == ':';
}

bool read_fields(std::string_view text, Fields& f) {
    return marks_fit(text) && digits_at(text, 0, 4, f.year) && digits_at(text, 5, 2, f.month) &&
           digits_at(text, 8, 2, f.day) && digits_at(text, 11, 2, f.hour) &&
           digits_at(text, 14, 2, f.minute) && digits_at(text, 17, 2, f.second) && f.hour < 24 &&
           f.minute < 60 && f.second <= 60;
}

std::string_view without_fraction(std::string_view rest) {
    if (rest.empty() || rest[0] != '.') return rest;
    std::size_t end = 1;
    while (end < rest.size() && rest[end] >= '0' && rest[end] <= '9') ++end;
    return end == 1 ? std::string_view{} : rest.substr(end);
}

bool read_offset(std::string_view rest, std::chrono::minutes& offset) {
    if (rest == "Z" || rest == "z") return true;
    int hours = 0;
    int minutes = 0;
    if (rest.size() != 6 || (rest[0] != '+' && rest[0] != '-') || rest[3] != ':') return false;
    if (!digits_at(rest, 1, 2, hours) || !digits_at(rest, 4, 2, minutes)) return false;
    if (hours > 23 || minutes > 59) return false;
    offset = std::chrono::minutes((rest[0] == '-' ? -1 : 1) * (hours * 60 + minutes));
    return true;
}

struct Parts {
    int year;
    unsigned month, day;
    std::chrono::hh_mm_ss<std::chrono::seconds> clock;
};

Parts parts_of(Time time) {
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date{day};
    return {static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
            static_cast<unsigned>(date.day()), std::chrono::hh_mm_ss{time - day}};
}

std::string date_and_clock(Time time) {
    const Parts p = parts_of(time);
    std::array<char, 40> text{};
    std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d", p.year, p.month, p.day,
                  static_cast<int>(p.clock.hours().count()),
                  static_cast<int>(p.clock.minutes().count()),
                  static_cast<int>(p.clock.seconds().count()));
    return text.data();
}

}  // namespace

Result<Time> parse_rfc3339(std::string_view text) {
    Fields f;
    std::chrono::minutes offset{0};
    const bool read =
        read_fields(text, f) && read_offset(without_fraction(text.substr(19)), offset);
    const std::chrono::year_month_day date{std::chrono::year(f.year),
                                           std::chrono::month(static_cast<unsigned>(f.month)),
                                           std::chrono::day(static_cast<unsigned>(f.day))};
    if (!read || !date.ok())
        return Error{Code::kInvalid, concat("not a time: ", quoted(text),
                                            "; write it as 2026-11-24T03:40:00Z (RFC 3339)")};
    return std::chrono::sys_days(date) + std::chrono::hours(f.hour) +
           std::chrono::minutes(f.minute) + std::chrono::seconds(f.second) - offset;
}

std::string format_rfc3339(Time time) {
    return date_and_clock(time) + "Z";
}

std::string format_rfc3339_micro(Instant instant) {
    const Time whole = seconds_of(instant);
    std::array<char, 16> fraction{};
    std::snprintf(fraction.data(), fraction.size(), ".%03d000Z",
                  static_cast<int>((instant - whole).count()));
    return date_and_clock(whole) + fraction.data();
}

Time seconds_of(Instant instant) {
    return std::chrono::floor<std::chrono::seconds>(instant);
}

}  // namespace stackseal::core
