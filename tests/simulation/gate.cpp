// SPDX-License-Identifier: Apache-2.0
// A dead process reads and writes nothing; its calls end as at a shutdown.
#include "tests/simulation/gate.hpp"

#include "controller/store/store.hpp"

namespace stackseal::simulation {

namespace {

core::Error gone() {
    return {core::Code::kCancelled, "the process has ended"};
}

core::Error unread() {
    return {core::Code::kUnavailable, "the server does not answer"};
}

core::Error unanswered() {
    return {.code = core::Code::kUnavailable,
            .message = "the connection broke before the answer",
            .maybe_executed = true};
}

}  // namespace

/// Within one session no object goes back in time.
void Sight::remember(const core::Ref& ref, const api::Object& object) {
    const auto last = view_.find(ref);
    const api::Meta* old = last == view_.end() ? nullptr : api::meta_of(last->second);
    const api::Meta* now = api::meta_of(object);
    if (old != nullptr && now != nullptr && old->uid == now->uid &&
        store::is_newer(old->resource_version, now->resource_version))
        trace_.fault(core::to_string(ref), " went back from version ", old->resource_version,
                     " to ", now->resource_version);
    view_[ref] = object;
}

core::Result<api::Object> Sight::find(const core::Ref& ref) {
    const Fate fate = peril_.at(Point::kRead, "find");
    if (fate == Fate::kDead) return gone();
    if (fate == Fate::kFails && ref.resource == core::Resource::kSecret) return unread();
    auto found = inner_.find(ref);
    if (found) remember(ref, *found);
    return found;
}

core::Result<std::vector<api::Object>> Sight::select(const ports::Selection& selection) {
    if (peril_.at(Point::kRead, "select") == Fate::kDead) return gone();
    auto found = inner_.select(selection);
    if (found)
        for (const api::Object& object : *found) remember(api::ref_of(object), object);
    return found;
}

core::Result<api::Secret> Sight::read_secret(const core::Ref& ref) {
    const Fate fate = peril_.at(Point::kRead, "read_secret");
    if (fate == Fate::kDead) return gone();
    if (fate == Fate::kFails) return unread();
    return inner_.read_secret(ref);
}

core::Result<api::Object> Gate::write(ports::Write write) {
    const std::string name = core::to_string(target_of(write));
    auto answer = pass(std::move(write));
    parts_.trace.note("write ", name, ": ", answer ? "done" : core::to_string(answer.error().code));
    return answer;
}

core::Result<api::Object> Gate::pass(ports::Write write) {
    const Fate before = parts_.peril.at(Point::kBeforeWrite, "the beginning of a write");
    if (before == Fate::kDead) return gone();
    if (before == Fate::kFails) return parts_.peril.trouble();
    const Evidence evidence = parts_.audit.before(write, view_, clock_);
    auto answer = parts_.world.server().write(std::move(write));
    parts_.audit.after(evidence, answer.has_value());
    const Fate after = parts_.peril.at(Point::kAfterWrite, "the end of a write");
    if (after == Fate::kDead) return gone();
    if (after == Fate::kFails && answer) return unanswered();
    return answer;
}

}  // namespace stackseal::simulation
