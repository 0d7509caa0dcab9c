// SPDX-License-Identifier: Apache-2.0
// A strict reader of the Prometheus text format 0.0.4: what it refuses, a scrape would refuse.
#pragma once

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace stackseal::tests {

using ShownLabels = std::map<std::string, std::string>;

/// A scrape as a server would read it, and all that is wrong with it.
struct Exposition {
    std::map<std::string, std::string> types;  ///< family → counter, gauge, histogram
    std::map<std::string, std::map<ShownLabels, double>> samples;
    std::vector<std::string> faults;

    /// The value of one series, or nothing.
    std::optional<double> value(const std::string& name, const ShownLabels& labels = {}) const {
        const auto metric = samples.find(name);
        if (metric == samples.end()) return std::nullopt;
        const auto series = metric->second.find(labels);
        if (series == metric->second.end()) return std::nullopt;
        return series->second;
    }
};

namespace exposition_detail {

struct Cursor {
    std::string_view rest;
    bool take(char wanted) {
        if (rest.empty() || rest.front() != wanted) return false;
        rest.remove_prefix(1);
        return true;
    }
    std::string take_name() {
        std::size_t end = 0;
        while (end < rest.size() && (std::isalnum(static_cast<unsigned char>(rest[end])) ||
                                     rest[end] == '_' || rest[end] == ':'))
            ++end;
        std::string name(rest.substr(0, end));
        rest.remove_prefix(end);
        return !name.empty() && std::isdigit(static_cast<unsigned char>(name[0])) ? "" : name;
    }
    /// The text between quotes, unescaped.
    std::optional<std::string> take_quoted() {
        if (!take('"')) return std::nullopt;
        std::string out;
        while (!rest.empty() && rest.front() != '"') {
            char c = rest.front();
            rest.remove_prefix(1);
            if (c == '\\') {
                if (rest.empty() ||
                    std::string_view("\\\"n").find(rest.front()) == std::string::npos)
                    return std::nullopt;
                c = rest.front() == 'n' ? '\n' : rest.front();
                rest.remove_prefix(1);
            }
            out += c;
        }
        if (!take('"')) return std::nullopt;
        return out;
    }
};

inline bool read_labels(Cursor& at, ShownLabels& labels) {
    if (!at.take('{')) return true;
    while (!at.take('}')) {
        const std::string name = at.take_name();
        if (name.empty() || !at.take('=')) return false;
        const auto value = at.take_quoted();
        if (!value || !labels.emplace(name, *value).second) return false;
        if (!at.take(',') && !at.rest.starts_with('}')) return false;
    }
    return true;
}

inline bool read_number(std::string_view text, double& out) {
    if (text == "+Inf") return out = INFINITY, true;
    if (text == "-Inf") return out = -INFINITY, true;
    if (text == "NaN" || text == "Nan") return out = NAN, true;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), out);
    return failed == std::errc{} && end == text.data() + text.size();
}

inline std::string family_of(const Exposition& e, const std::string& name) {
    for (const std::string suffix : {"_bucket", "_sum", "_count"}) {
        if (!name.ends_with(suffix)) continue;
        const std::string base = name.substr(0, name.size() - suffix.size());
        const auto type = e.types.find(base);
        if (type != e.types.end() && type->second == "histogram") return base;
    }
    return name;
}

inline void read_sample(Exposition& e, const std::string& family, std::string_view line) {
    Cursor at{line};
    const std::string name = at.take_name();
    ShownLabels labels;
    double value = 0;
    if (name.empty() || !read_labels(at, labels) || !at.take(' ') || !read_number(at.rest, value)) {
        e.faults.push_back("not a sample: " + std::string(line));
        return;
    }
    if (family_of(e, name) != family) e.faults.push_back("outside its family: " + name);
    if (!e.samples[name].emplace(labels, value).second)
        e.faults.push_back("twice: " + std::string(line));
}

inline void read_type(Exposition& e, const std::string& family, std::string_view line) {
    const std::string expected = "# TYPE " + family + " ";
    const std::string type(line.substr(std::min(line.size(), expected.size())));
    static const std::set<std::string> kTypes = {"counter", "gauge", "histogram"};
    if (!line.starts_with(expected) || !kTypes.contains(type))
        e.faults.push_back("no type after the help of " + family + ": " + std::string(line));
    else if (!e.types.emplace(family, type).second)
        e.faults.push_back("family twice: " + family);
}

inline std::string read_help(Exposition& e, std::string_view line) {
    Cursor at{line.substr(7)};
    const std::string family = at.take_name();
    if (family.empty() || !at.take(' ') || at.rest.empty())
        e.faults.push_back("no help: " + std::string(line));
    return family;
}

using Buckets = std::map<ShownLabels, std::map<double, double>>;

inline Buckets buckets_of(Exposition& e, const std::string& family) {
    Buckets out;
    for (const auto& [labels, count] : e.samples[family + "_bucket"]) {
        ShownLabels rest = labels;
        double bound = 0;
        const auto le = rest.extract("le");
        if (!le || !read_number(le.mapped(), bound))
            e.faults.push_back("bucket without le: " + family);
        out[rest][bound] = count;
    }
    return out;
}

inline void check_histogram(Exposition& e, const std::string& family) {
    for (const auto& [labels, counts] : buckets_of(e, family)) {
        double last = 0;
        for (const auto& [bound, count] : counts) {
            if (count < last) e.faults.push_back("buckets shrink: " + family);
            last = count;
        }
        if (!std::isinf(counts.rbegin()->first)) e.faults.push_back("no +Inf: " + family);
        if (e.value(family + "_count", labels) != last)
            e.faults.push_back("count differs: " + family);
        if (!e.value(family + "_sum", labels)) e.faults.push_back("no sum: " + family);
    }
}

inline void check_name(Exposition& e, const std::string& family, const std::string& type) {
    if (type == "counter" && !family.ends_with("_total"))
        e.faults.push_back("a counter's name ends in _total: " + family);
    if (type != "counter" && family.ends_with("_total"))
        e.faults.push_back("not a counter, but its name ends in _total: " + family);
}

}  // namespace exposition_detail

/// Reads a whole scrape.
inline Exposition read_exposition(std::string_view text) {
    namespace detail = exposition_detail;
    Exposition e;
    std::string family;
    bool type_due = false;
    if (!text.ends_with('\n')) e.faults.push_back("no newline at the end");
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        const bool help = line.starts_with("# HELP ");
        if (help)
            family = detail::read_help(e, line);
        else if (type_due)
            detail::read_type(e, family, line);
        else
            detail::read_sample(e, family, line);
        type_due = help;
    }
    const auto types = e.types;
    for (const auto& [name, type] : types) {
        detail::check_name(e, name, type);
        if (type == "histogram") detail::check_histogram(e, name);
    }
    return e;
}

}  // namespace stackseal::tests
