// SPDX-License-Identifier: Apache-2.0
// Prometheus asks for OpenMetrics first, so the difference is kept to what a line needs.
#include "controller/observe/open_metrics.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "controller/observe/take_until.hpp"

namespace stackseal::observe {

namespace {

constexpr std::string_view kOpenMetricsType = "application/openmetrics-text";
constexpr std::string_view kTotal = "_total";
constexpr std::string_view kBound = "le=\"";

/// take_until without the blanks around it.
std::string_view take(std::string_view& text, char separator) {
    const std::string_view piece = take_until(text, separator);
    const auto first = piece.find_first_not_of(" \t");
    if (first == piece.npos) return {};
    return piece.substr(first, piece.find_last_not_of(" \t") - first + 1);
}

/// One media range with what matters of its parameters.
struct Range {
    std::string_view type;
    std::string_view version;
    double weight = 1;
};

Range range_of(std::string_view text) {
    Range range{.type = take(text, ';'), .version = {}};
    while (!text.empty()) {
        std::string_view value = take(text, ';');
        const std::string_view key = take(value, '=');
        if (key == "version") range.version = value;
        // A weight that is no number is none: the range counts for nothing.
        if (key == "q" &&
            std::from_chars(value.data(), value.data() + value.size(), range.weight).ec !=
                std::errc{})
            range.weight = 0;
    }
    return range;
}

std::optional<Dialect> dialect_of(const Range& range) {
    if (range.type == kOpenMetricsType && (range.version.empty() || range.version == "1.0.0"))
        return Dialect::kOpenMetrics;
    if (range.type == "text/plain" || range.type == "text/*" || range.type == "*/*")
        return Dialect::kText;
    return std::nullopt;
}

/// "# TYPE x_total counter" without "_total"; HELP the same.
std::string comment(std::string_view line) {
    std::string out(line);
    const auto name_end = line.find(' ', line.find(' ', 2) + 1);
    if (line.substr(0, name_end).ends_with(kTotal))
        out.erase(name_end - kTotal.size(), kTotal.size());
    return out;
}

/// A line of a series, the whole number of its bucket's bound with a fraction.
std::string sample(std::string_view line) {
    std::string out(line);
    const auto at = line.find(kBound);
    if (at == line.npos) return out;
    const auto end = line.find('"', at + kBound.size());
    const std::string_view bound = line.substr(at + kBound.size(), end - at - kBound.size());
    if (std::ranges::all_of(bound, [](char c) { return c >= '0' && c <= '9'; }))
        out.insert(end, ".0");
    return out;
}

}  // namespace

Dialect preferred(std::string_view accept) {
    double text = 0;
    double open = 0;
    while (!accept.empty()) {
        const Range range = range_of(take(accept, ','));
        const auto dialect = dialect_of(range);
        if (!dialect) continue;
        double& weight = *dialect == Dialect::kText ? text : open;
        weight = std::max(weight, range.weight);
    }
    return open > 0 && open >= text ? Dialect::kOpenMetrics : Dialect::kText;
}

std::string_view content_type(Dialect dialect) {
    return dialect == Dialect::kText ? "text/plain; version=0.0.4; charset=utf-8"
                                     : "application/openmetrics-text; version=1.0.0; charset=utf-8";
}

std::string to_open_metrics(std::string_view family) {
    std::string out;
    while (!family.empty()) {
        const auto end = std::min(family.find('\n'), family.size() - 1) + 1;
        const std::string_view line = family.substr(0, end);
        family.remove_prefix(end);
        // Only a histogram's line has a bound; an own label of that name is not in the table.
        out += line.starts_with("# ") ? comment(line) : sample(line);
    }
    return out;
}

}  // namespace stackseal::observe
