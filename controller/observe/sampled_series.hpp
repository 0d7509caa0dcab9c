// SPDX-License-Identifier: Apache-2.0
// The series that collectors answer, as text at once: tens of thousands of them as structs took
// more memory than all that the program keeps.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace stackseal::observe {

/// Label values by name.
using LabelMap = std::map<std::string, std::string>;

/// `{a="x",b="y"}`, or "" without labels.
/// Source: Prometheus text exposition format 0.0.4.
std::string label_text(const LabelMap& labels);

/// The samples of one metric at one scrape.
class SampledSeries {
  public:
    explicit SampledSeries(std::string_view name) : name_(name) {}

    /// One more line; with the others it must stay below 4 GiB.
    void add(const LabelMap& labels, double value);
    std::size_t size() const { return lines_.size(); }
    /// Bytes that write_to appends at most.
    std::size_t bytes() const { return text_.size() + lines_.size() * name_.size(); }

    /// Appends the lines, sorted, each label set once: a second one would make the whole scrape
    /// fail. taken: label texts that stand in out already, sorted.
    void write_to(std::string& out, const std::vector<std::string>& taken = {});

  private:
    /// Where in text_ a line begins, its labels end, and it ends itself.
    struct Line {
        std::uint32_t begin;
        std::uint32_t labels_end;
        std::uint32_t end;
    };
    std::uint32_t here() const { return static_cast<std::uint32_t>(text_.size()); }
    std::string_view labels(const Line& line) const;

    std::string name_;
    std::string text_;
    std::vector<Line> lines_;
};

}  // namespace stackseal::observe
