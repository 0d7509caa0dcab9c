// SPDX-License-Identifier: Apache-2.0
// Runs the checks, tells changes, and words the answers.
#include "controller/observe/health.hpp"

#include <algorithm>
#include <exception>

#include "controller/core/concat.hpp"

namespace stackseal::observe {

namespace {

bool contains(const std::vector<std::string_view>& names, std::string_view name) {
    return std::ranges::find(names, name) != names.end();
}

std::string line_of(const Finding& finding, bool excluded) {
    if (excluded) return core::concat("[+]", finding.name, " excluded: ok\n");
    if (finding.passed) return core::concat("[+]", finding.name, " ok\n");
    return core::concat("[-]", finding.name, " failed: the reason stands in the log\n");
}

/// What is asked about: all findings, or the one of that name.
std::vector<Finding> chosen(const std::vector<Finding>& findings, std::string_view only) {
    std::vector<Finding> out;
    for (const Finding& finding : findings)
        if (only.empty() || finding.name == only) out.push_back(finding);
    return out;
}

core::Result<void> ask(const Health::Check& check) {
    try {
        return check();
    } catch (const std::exception& thrown) {
        return core::Error{core::Code::kInternal, thrown.what()};
    }
}

}  // namespace

HealthAnswer judge(std::string_view title, const std::vector<Finding>& findings,
                   const HealthQuestion& question) {
    const std::vector<Finding> asked = chosen(findings, question.only);
    if (asked.empty() && !question.only.empty())
        return {404, core::concat("no such check in ", title, "\n")};
    std::string lines;
    bool passed = true;
    for (const Finding& finding : asked) {
        const bool excluded = contains(question.exclude, finding.name);
        passed = passed && (finding.passed || excluded);
        lines += line_of(finding, excluded);
    }
    if (passed && !question.verbose) return {200, "ok\n"};
    return {passed ? 200 : 500,
            core::concat(lines, title, passed ? " check passed\n" : " check failed\n")};
}

void Health::add(Probe probe, std::string name, Check check) {
    entries_.push_back({probe, std::move(name), std::move(check)});
}

bool Health::passes(const Entry& entry) {
    const core::Result<void> answer = ask(entry.check);
    const bool passed = answer.has_value();
    {
        const std::lock_guard lock(mutex_);
        const bool changed = passed ? failing_.erase(&entry) > 0 : failing_.insert(&entry).second;
        if (!changed) return passed;
    }
    if (passed)
        log_.info("health check recovered", {{"check", entry.name}});
    else
        log_.warn("health check fails",
                  {{"check", entry.name}, {"reason", answer.error().message}});
    return passed;
}

std::vector<Finding> Health::examine(Probe probe) {
    std::vector<Finding> out;
    for (const Entry& entry : entries_)
        if (entry.probe == probe) out.push_back({entry.name, passes(entry)});
    return out;
}

}  // namespace stackseal::observe
