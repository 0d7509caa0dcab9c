// SPDX-License-Identifier: Apache-2.0
// Columns as wide as their widest entry; colours only around text, so that widths stay.
#include "app/status_render.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "controller/core/concat.hpp"

namespace stackseal::app {

namespace {

using core::concat;
using core::Time;
using core::Value;

constexpr std::size_t kColumns = 5;
using Cells = std::array<std::string, kColumns>;

constexpr const char* kRed = "\x1b[31m";
constexpr const char* kGreen = "\x1b[32m";
constexpr const char* kPlain = "\x1b[0m";

std::string kind_of(const Standing& one) {
    return std::string(core::traits(one.ref.resource).kind);
}

std::string name_of(const Standing& one) {
    return concat(one.ref.space, "/", one.ref.name);
}

std::string cell(const std::optional<Time>& then, Time now) {
    return then ? distance_text(*then, now) : "-";
}

Cells cells_of(const Standing& one, Time now) {
    return {one.state, kind_of(one), name_of(one), cell(one.not_after, now),
            cell(one.renewal, now)};
}

using Widths = std::array<std::size_t, kColumns>;

Widths widths_of(const std::vector<Cells>& lines) {
    Widths widths{};
    for (const Cells& line : lines)
        for (std::size_t i = 0; i < kColumns; ++i) widths[i] = std::max(widths[i], line[i].size());
    return widths;
}

std::string line_of(const Cells& line, const Widths& widths, const char* colour) {
    std::string text;
    for (std::size_t i = 0; i < kColumns; ++i) {
        const bool tinted = i == 0 && colour != nullptr;
        text += tinted ? concat(colour, line[i], kPlain) : line[i];
        if (i + 1 < kColumns) text += std::string(widths[i] - line[i].size() + 2, ' ');
    }
    return text + "\n";
}

std::string why_of(const Standing& one, Time now) {
    if (one.why.empty()) return "";
    const std::string next =
        one.next_attempt && *one.next_attempt > now
            ? concat(" (next attempt in ", distance_text(*one.next_attempt, now), ")")
            : "";
    return concat("    ", one.why, next, "\n");
}

std::size_t bad_among(const std::vector<Standing>& all) {
    return static_cast<std::size_t>(
        std::count_if(all.begin(), all.end(), [](const Standing& one) { return !one.good; }));
}

/// What is good and ends first: all stand in that order, the bad ones before.
std::string next_text(const std::vector<Standing>& all, Time now) {
    for (const Standing& one : all)
        if (one.good && one.not_after)
            return concat("; next to expire: ", name_of(one), " in ",
                          distance_text(*one.not_after, now));
    return "";
}

std::string summary(const std::vector<Standing>& all, Time now) {
    if (all.empty()) return "no Issuer and no Certificate\n";
    const std::size_t bad = bad_among(all);
    return concat(all.size() - bad, " of ", all.size(), " good", next_text(all, now), "\n");
}

void set_time(Value& document, const char* key, const std::optional<Time>& time) {
    if (time) document.set(key, Value::of(core::format_rfc3339(*time)));
}

Value document_of(const Standing& one) {
    Value document = Value::object({{"kind", Value::of(kind_of(one))},
                                    {"namespace", Value::of(one.ref.space)},
                                    {"name", Value::of(one.ref.name)},
                                    {"good", Value::of(one.good)},
                                    {"state", Value::of(one.state)}});
    if (!one.why.empty()) document.set("message", Value::of(one.why));
    set_time(document, "notAfter", one.not_after);
    set_time(document, "renewalTime", one.renewal);
    set_time(document, "nextAttemptTime", one.next_attempt);
    return document;
}

}  // namespace

std::string distance_text(Time then, Time now) {
    using namespace std::chrono;
    const seconds gap = then > now ? then - now : now - then;
    const std::string after = then > now ? "" : " ago";
    if (gap >= days(2)) return concat(duration_cast<days>(gap).count(), "d", after);
    if (gap >= hours(2)) return concat(duration_cast<hours>(gap).count(), "h", after);
    if (gap >= minutes(1)) return concat(duration_cast<minutes>(gap).count(), "m", after);
    return "now";
}

std::string to_table(const std::vector<Standing>& all, Time now, bool colours) {
    std::vector<Cells> lines = {{"STATE", "KIND", "NAME", "EXPIRES", "RENEWS"}};
    for (const Standing& one : all) lines.push_back(cells_of(one, now));
    const Widths widths = widths_of(lines);
    std::string text = all.empty() ? "" : line_of(lines[0], widths, nullptr);
    for (std::size_t i = 0; i < all.size(); ++i) {
        const char* colour = all[i].good ? kGreen : kRed;
        text += line_of(lines[i + 1], widths, colours ? colour : nullptr);
        text += why_of(all[i], now);
    }
    return text + summary(all, now);
}

Value to_document(const std::vector<Standing>& all, Time now) {
    Value::Array items;
    for (const Standing& one : all) items.push_back(document_of(one));
    const auto bad = static_cast<std::int64_t>(bad_among(all));
    return Value::object({{"checked", Value::of(core::format_rfc3339(now))},
                          {"good", Value::of(static_cast<std::int64_t>(all.size()) - bad)},
                          {"bad", Value::of(bad)},
                          {"items", Value::array(std::move(items))}});
}

}  // namespace stackseal::app
