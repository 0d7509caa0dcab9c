// SPDX-License-Identifier: Apache-2.0
// IMF-fixdate by way of RFC 3339, whose parser checks the ranges.
#include "controller/kube/http_date.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "controller/core/concat.hpp"

namespace stackseal::kube {

namespace {

constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

core::Error no_date() {
    return {core::Code::kInvalid, "not an HTTP date"};
}

}  // namespace

core::Result<core::Time> parse_http_date(std::string_view text) {
    constexpr std::size_t kLength = std::string_view("Tue, 24 Nov 2026 03:40:00 GMT").size();
    if (text.size() != kLength || text.substr(25) != " GMT" || text.substr(3, 2) != ", ")
        return no_date();
    const auto month = std::ranges::find(kMonths, text.substr(8, 3));
    if (month == kMonths.end()) return no_date();
    const auto number = static_cast<int>(month - kMonths.begin()) + 1;
    const std::string padded = core::concat(number < 10 ? "0" : "", number);
    auto time = core::parse_rfc3339(core::concat(text.substr(12, 4), "-", padded, "-",
                                                 text.substr(5, 2), "T", text.substr(17, 8), "Z"));
    if (!time) return no_date();
    return time;
}

}  // namespace stackseal::kube
