// SPDX-License-Identifier: Apache-2.0
// The thin edge: folder in, requests out, lines to the log.
#include "app/given_follower.hpp"

#include <algorithm>
#include <utility>

#include "controller/api/names.hpp"

namespace stackseal::app {

namespace {

using std::chrono::milliseconds;

/// How often the folder is read, whatever inotify says.
constexpr milliseconds kSweep{60'000};
/// How long the folder must be quiet before it is read, and how many times that is waited for.
constexpr milliseconds kSettle{100};
constexpr int kMostWaits = 300;

std::string remedy_for(core::Code code) {
    switch (code) {
        case core::Code::kInvalid:
            return "correct it where it is given";
        case core::Code::kNotFound:
            return "create the namespace, or install the CRDs";
        case core::Code::kDenied:
        case core::Code::kNotServed:
            return "allow it, or give it elsewhere";
        default:
            return "none: it is tried again";
    }
}

core::Result<void> follow_once(const std::string& folder, const GivenParts& parts,
                               const std::stop_token& stop) {
    STACKSEAL_TRY(const auto watch, local::InotifyWatch::open());
    return GivenFollower(folder, *watch, parts).run(stop);
}

}  // namespace

GivenFollower::GivenFollower(const std::string& folder, local::InotifyWatch& watch,
                             GivenParts parts)
    : watch_(watch), parts_(std::move(parts)), reader_(folder, watch, parts_.log) {}

void GivenFollower::look() {
    Given given = given_in(reader_.scan(false));
    report(given.problems);
    for (const GivenObject& gone :
         schedule_.take(std::move(given.objects), parts_.clock.monotonic()))
        parts_.log.warn("an object is no longer given and stays in the cluster",
                        {{"object", core::to_string(gone.ref)},
                         {"place", gone.place},
                         {"remedy", "delete it with kubectl if it is not wanted"}});
}

void GivenFollower::report(const std::vector<local::FileProblem>& problems) {
    const auto before = std::exchange(problems_, problems);
    for (const local::FileProblem& problem : problems)
        if (std::ranges::find(before, problem) == before.end())
            parts_.log.error("a given object has a problem", {{"problem", to_string(problem)}});
}

void GivenFollower::apply_due(const std::stop_token& stop) {
    for (const GivenObject& object : schedule_.due(parts_.clock.monotonic())) {
        if (stop.stop_requested() || !parts_.leads()) return;
        const core::Result<void> outcome = apply(object, stop);
        if (schedule_.note(object.ref, outcome, parts_.clock.monotonic())) tell(object, outcome);
    }
}

core::Result<void> GivenFollower::apply(const GivenObject& object, const std::stop_token& stop) {
    STACKSEAL_CHECK(kube::check_served(parts_.served, object.ref.resource, object.ref.space));
    STACKSEAL_TRY(const core::Value document, upon_what_is_there(object, stop));
    STACKSEAL_CHECK(
        parts_.client.call(kube::apply(object.ref, document, true, api::kGivenManager), stop));
    return {};
}

core::Result<core::Value> GivenFollower::upon_what_is_there(const GivenObject& object,
                                                            const std::stop_token& stop) {
    const auto there = parts_.client.call(kube::get_object(object.ref), stop);
    if (!there && there.error().code != core::Code::kNotFound) return there.error();
    return upon(object.document, there ? there->text_at({"metadata", "resourceVersion"}) : "");
}

void GivenFollower::tell(const GivenObject& object, const core::Result<void>& outcome) {
    const std::string name = core::to_string(object.ref);
    if (outcome)
        return parts_.log.info("a given object is applied",
                               {{"object", name}, {"place", object.place}});
    const core::Error& error = outcome.error();
    parts_.log.write(core::is_refusal(error.code) ? ports::Level::kError : ports::Level::kWarning,
                     "a given object is not applied",
                     {{"object", name},
                      {"place", object.place},
                      {"because", error.message},
                      {"remedy", remedy_for(error.code)}});
}

milliseconds GivenFollower::patience() const {
    const auto next = schedule_.next();
    if (!next) return kSweep;
    return std::clamp(*next - parts_.clock.monotonic(), kSettle, kSweep);
}

core::Result<void> GivenFollower::await_news() {
    STACKSEAL_TRY(local::Happenings seen, watch_.wait(patience()));
    for (int waits = 0; !seen.empty() && !seen.interrupted && waits < kMostWaits; ++waits) {
        auto more = watch_.wait(kSettle);
        if (!more) return std::move(more).error();
        seen = *std::move(more);
    }
    return {};
}

core::Result<void> GivenFollower::run(const std::stop_token& stop) {
    const std::stop_callback wake(stop, [this] { watch_.interrupt(); });
    while (!stop.stop_requested()) {
        look();
        apply_due(stop);
        STACKSEAL_CHECK(await_news());
    }
    return {};
}

void follow_given(const std::string& folder, const GivenParts& parts, const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        const auto ended = follow_once(folder, parts, stop);
        if (ended) return;
        parts.log.error("cannot follow the given objects",
                        {{"folder", folder}, {"because", ended.error().message}});
        kube::real_pause()(kSweep, stop);
    }
}

}  // namespace stackseal::app
