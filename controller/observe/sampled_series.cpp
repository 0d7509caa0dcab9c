// SPDX-License-Identifier: Apache-2.0
// One growing text and the places of its lines.
#include "controller/observe/sampled_series.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace stackseal::observe {

namespace {

void append_escaped(std::string& out, std::string_view value) {
    for (const char c : value) {
        if (c == '\\' || c == '"') out += '\\';
        if (c == '\n')
            out += "\\n";
        else
            out += c;
    }
}

void append_labels(std::string& out, const LabelMap& labels) {
    char before = '{';
    for (const auto& [name, value] : labels) {
        out += before;
        out += name;
        out += "=\"";
        append_escaped(out, value);
        out += '"';
        before = ',';
    }
    if (!labels.empty()) out += '}';
}

void append_number(std::string& out, double value) {
    if (std::isnan(value)) {
        out += "NaN";
    } else if (std::isinf(value)) {
        out += value > 0 ? "+Inf" : "-Inf";
    } else {
        std::array<char, 32> text{};
        const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
        out.append(text.data(), end);
    }
}

}  // namespace

std::string label_text(const LabelMap& labels) {
    std::string text;
    append_labels(text, labels);
    return text;
}

void SampledSeries::add(const LabelMap& labels, double value) {
    Line line{here(), 0, 0};
    append_labels(text_, labels);
    line.labels_end = here();
    text_ += ' ';
    append_number(text_, value);
    text_ += '\n';
    line.end = here();
    lines_.push_back(line);
}

std::string_view SampledSeries::labels(const Line& line) const {
    return std::string_view(text_).substr(line.begin, line.labels_end - line.begin);
}

void SampledSeries::write_to(std::string& out, const std::vector<std::string>& taken) {
    const auto before = [this](const Line& a, const Line& b) { return labels(a) < labels(b); };
    std::stable_sort(lines_.begin(), lines_.end(), before);
    std::string_view last;
    bool first = true;
    for (const Line& line : lines_) {
        const std::string_view text = labels(line);
        const bool repeated = !first && text == last;
        last = text;
        first = false;
        if (repeated || std::binary_search(taken.begin(), taken.end(), text)) continue;
        out.append(name_).append(text_, line.begin, line.end - line.begin);
    }
}

}  // namespace stackseal::observe
