// SPDX-License-Identifier: Apache-2.0
// One row an object. How long a failure waits is the retry policy's to say.
#include "app/given_schedule.hpp"

#include <algorithm>
#include <utility>

#include "controller/core/next.hpp"
#include "controller/runtime/retry_policy.hpp"

namespace stackseal::app {

namespace {

constexpr std::chrono::minutes kLongestWait{10};

/// No event tells of what an apply waits for: a CRD that is not served yet, a namespace, or a rule
/// that a newer CRD relaxes. So neither absence nor a refusal waits for one.
core::Error unheard(core::Error error) {
    if (error.code == core::Code::kNotFound) error.code = core::Code::kUnavailable;
    if (error.code == core::Code::kInvalid) error.code = core::Code::kDenied;
    return error;
}

}  // namespace

GivenSchedule::Row* GivenSchedule::find(const core::Ref& ref) {
    const auto at = std::ranges::find_if(rows_, [&](const Row& r) { return r.object.ref == ref; });
    return at == rows_.end() ? nullptr : &*at;
}

std::vector<GivenObject> GivenSchedule::take(std::vector<GivenObject> objects, Time now) {
    if (std::ranges::equal(objects, rows_, {}, {}, &Row::object)) return {};
    std::vector<Row> before = std::exchange(rows_, {});
    for (GivenObject& object : objects) rows_.push_back({std::move(object), now});
    std::vector<GivenObject> gone;
    for (Row& old : before) {
        Row* const row = find(old.object.ref);
        if (row == nullptr)
            gone.push_back(std::move(old.object));
        else if (row->object == old.object)
            std::tie(row->told, row->reason) = std::tie(old.told, old.reason);
    }
    return gone;
}

std::vector<GivenObject> GivenSchedule::due(Time now) const {
    std::vector<GivenObject> out;
    for (const Row& row : rows_)
        if (row.due && *row.due <= now) out.push_back(row.object);
    return out;
}

bool GivenSchedule::note(const core::Ref& ref, const core::Result<void>& outcome, Time now) {
    Row* const row = find(ref);
    if (row == nullptr) return false;
    row->due.reset();
    if (outcome) {
        row->failures = 0;
        row->reason.clear();
        return !std::exchange(row->told, true);
    }
    const runtime::Pass pass{ref, ++row->failures, core::Instant(now)};
    const runtime::Verdict verdict = runtime::judge(unheard(outcome.error()), pass);
    if (verdict.after) row->due = now + std::min<Time>(*verdict.after, kLongestWait);
    // Somebody wrote meanwhile: the next one is upon that, and it is no news.
    if (verdict.outcome == runtime::Outcome::kRequeue) return false;
    row->told = false;
    return std::exchange(row->reason, outcome.error().message) != row->reason;
}

std::optional<GivenSchedule::Time> GivenSchedule::next() const {
    std::optional<Time> soonest;
    for (const Row& row : rows_)
        if (row.due && (!soonest || *row.due < *soonest)) soonest = row.due;
    return soonest;
}

}  // namespace stackseal::app
