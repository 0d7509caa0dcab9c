// SPDX-License-Identifier: Apache-2.0
// The thin edge around WatchState: asks, hands over what it hears, and reports how that ended.
#include "controller/kube/reflector.hpp"

#include <utility>

#include "controller/core/concat.hpp"
#include "controller/kube/answer.hpp"
#include "controller/text/json.hpp"

namespace stackseal::kube {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds kMarkerWait{60'000};  ///< a server that ignores WatchList never sends one
constexpr milliseconds kShort{1'000};
constexpr int kShortestWatch = 300;
constexpr int kWatchSpread = 300;

}  // namespace

std::optional<std::string> Pulse::problem() const {
    const std::lock_guard lock(mutex_);
    return problem_;
}

std::optional<milliseconds> Pulse::last_event() const {
    const std::int64_t beat = beat_;
    return beat < 0 ? std::optional<milliseconds>() : milliseconds(beat);
}

bool Pulse::set_problem(std::optional<std::string> problem) {
    const std::lock_guard lock(mutex_);
    if (problem_ == problem) return false;
    problem_ = std::move(problem);
    return true;
}

/// How a list or a stream came to its end.
struct Reflector::Ending {
    Outcome outcome = Outcome::kEnded;
    std::int64_t retry_after = 0;
    std::string message;  ///< "": nothing to complain about
};

/// A stream while it runs.
struct Reflector::Stream {
    Act act = Act::kWatch;
    milliseconds started{0};
    bool initial = false;  ///< the marker has not come yet
    std::size_t frames = 0;
    Listing listing;               ///< of the initial part
    std::optional<Ending> ending;  ///< set when we ended it ourselves
    std::stop_source cut;
};

Reflector::Reflector(ReflectorParts parts, Query query, Sink sink)
    : parts_(std::move(parts)), query_(std::move(query)), sink_(std::move(sink)) {}

void Reflector::run(const std::stop_token& stop) {
    Step step = state_.first();
    while (!stop.stop_requested()) {
        if (step.wait.count() > 0 && !parts_.pause(step.wait, stop)) return;
        const Ending ending = perform(step, stop);
        if (stop.stop_requested()) return;
        if (ending.outcome != Outcome::kListed) count_restart(ending.outcome);
        tell(ending);
        step = state_.next(ending.outcome, ending.retry_after,
                           {parts_.clock.monotonic(), parts_.chance()});
    }
}

Reflector::Ending Reflector::perform(const Step& step, const std::stop_token& stop) {
    if (step.act != Act::kWatch)
        parts_.metrics.count("stackseal_kube_lists_total", {{"resource", resource_label()}});
    return step.act == Act::kList ? list(stop) : stream(step, stop);
}

Reflector::Ending Reflector::list(const std::stop_token& stop) {
    Listing listing;
    std::string token;
    do {
        if (auto ending = list_page(listing, token, stop)) return *std::move(ending);
    } while (!token.empty());
    if (auto ending = finish(std::move(listing))) return *std::move(ending);
    return {Outcome::kListed};
}

std::optional<Reflector::Ending> Reflector::list_page(Listing& listing, std::string& token,
                                                      const std::stop_token& stop) {
    const Call call = kube::list_page(query_, token);
    const auto answer = parts_.client.exchange(call, stop);
    if (!answer) return Ending{Outcome::kCutShort, 0, answer.error().message};
    if (answer->status != 200) {
        const Failure failure = failure_of(answer->status, answer->headers, answer->body);
        return Ending{outcome_of(failure, Act::kList), failure.retry_after,
                      error_of(failure, call.action).message};
    }
    const auto document = text::parse_kubernetes_json(answer->body);
    const core::Value* items = document ? document->find("items") : nullptr;
    if (!document || version_of(*document).empty())
        return Ending{Outcome::kFault, 0, call.action + ": the answer is no list"};
    if (items != nullptr && items->items() != nullptr)
        for (const core::Value& item : *items->items()) collect(listing, item);
    listing.version = version_of(*document);
    token = document->text_at({"metadata", "continue"});
    pulse_->beat(parts_.clock.monotonic());
    return {};
}

Reflector::Ending Reflector::stream(const Step& step, const std::stop_token& stop) {
    Stream running;
    running.act = step.act;
    running.initial = step.act == Act::kStreamAll;
    running.started = parts_.clock.monotonic();
    const int more = static_cast<int>(parts_.chance() * kWatchSpread);
    ports::StreamRequest request =
        watch(query_, {step.version, std::chrono::seconds(kShortestWatch + more)});
    if (running.initial) request.idle_timeout = kMarkerWait;
    const std::stop_callback link(stop, [&running] { running.cut.request_stop(); });
    const auto end = parts_.client.stream(
        std::move(request), [&](std::string_view line) { on_line(running, line); },
        running.cut.get_token());
    return end_of(running, end);
}

void Reflector::on_line(Stream& stream, std::string_view line) {
    if (stream.ending || line.empty()) return;
    ++stream.frames;
    pulse_->beat(parts_.clock.monotonic());
    const auto event = parse_event(line);
    if (event) {
        count_event(event->type);
        stream.ending = take(stream, *event);
    } else {
        stream.ending = Ending{Outcome::kFault, 0,
                               core::concat(watch_action(query_), ": ", event.error().message)};
    }
    if (stream.ending)
        stream.cut.request_stop();
    else if (!stream.initial)
        set_problem({});
}

std::optional<Reflector::Ending> Reflector::take(Stream& stream, const WatchEvent& event) {
    if (event.type == EventType::kError) {
        const Failure failure = failure_of(event.object);
        return Ending{outcome_in_stream(failure), failure.retry_after,
                      error_of(failure, watch_action(query_)).message};
    }
    if (stream.initial) return take_initial(stream, event);
    if (event.type != EventType::kBookmark) {
        if (const auto taken = take_change(event); !taken)
            return Ending{Outcome::kFault, 0, taken.error().message};
    }
    state_.advanced(version_of(event.object));
    return {};
}

std::optional<Reflector::Ending> Reflector::take_initial(Stream& stream, const WatchEvent& event) {
    // Versions of the initial part are old and unordered: they do not count.
    if (event.type == EventType::kAdded) {
        collect(stream.listing, event.object);
        return {};
    }
    if (event.type == EventType::kBookmark && ends_initial_events(event.object)) {
        stream.initial = false;
        stream.listing.version = version_of(event.object);
        return finish(std::exchange(stream.listing, {}));
    }
    if (parts_.clock.monotonic() - stream.started < kMarkerWait) return {};
    return Ending{Outcome::kUnsupported, 0, ""};
}

core::Result<void> Reflector::take_change(const WatchEvent& event) {
    if (event.type == EventType::kDeleted)
        return sink_.deleted(ref_of(query_.resource, event.object), version_of(event.object));
    auto object = understood(event.object);
    if (!object) return {};
    return sink_.changed(*std::move(object));
}

Reflector::Ending Reflector::end_of(const Stream& stream,
                                    const core::Result<ports::StreamEnd>& end) const {
    if (stream.ending) return *stream.ending;
    if (end && end->status != 200) {
        const Failure failure = failure_of(end->status, end->headers, end->error_body);
        return {outcome_of(failure, stream.act), failure.retry_after,
                error_of(failure, watch_action(query_)).message};
    }
    if (!end && end.error().code == core::Code::kInvalid)
        return {Outcome::kFault, 0, core::concat(watch_action(query_), ": ", end.error().message)};
    const milliseconds lasted = parts_.clock.monotonic() - stream.started;
    if (stream.initial && lasted >= kMarkerWait) return {Outcome::kUnsupported};
    const std::string why =
        end ? "" : core::concat(watch_action(query_), ": ", end.error().message);
    const bool unreached = !end && stream.frames == 0 && !end.error().maybe_executed;
    if (unreached) return {Outcome::kCutShort, 0, why};
    if (lasted >= kShort) return {Outcome::kEnded};
    if (end && stream.frames == 0) return {Outcome::kEndedAtOnce};
    return {Outcome::kCutShort, 0, why};
}

std::optional<Reflector::Ending> Reflector::finish(Listing listing) {
    std::string version = listing.version;
    listing.initial = !pulse_->synced();
    if (const auto taken = sink_.replace(std::move(listing)); !taken)
        return Ending{Outcome::kFault, 0, taken.error().message};
    state_.synced(std::move(version));
    pulse_->mark_synced();
    pulse_->set_problem({});
    parts_.on_change();
    return {};
}

void Reflector::collect(Listing& listing, const core::Value& document) {
    if (auto object = understood(document))
        listing.objects.push_back(*std::move(object));
    else
        listing.unreadable.insert(ref_of(query_.resource, document));
}

std::optional<api::Object> Reflector::understood(const core::Value& document) {
    auto object = sink_.arrive(document);
    if (object) return *std::move(object);
    parts_.log.warn("an object cannot be read and is left out",
                    {{"object", core::to_string(ref_of(query_.resource, document))},
                     {"error", object.error().message}});
    return {};
}

void Reflector::tell(const Ending& ending) {
    if (ending.outcome == Outcome::kGone) {
        parts_.log.info("the watched version has expired: reading anew",
                        {{"watch", watch_action(query_)}});
        return;
    }
    if (ending.outcome == Outcome::kUnsupported) {
        parts_.log.info("the server streams no lists: reading pages",
                        {{"watch", watch_action(query_)}});
        return set_problem({});
    }
    if (ending.message.empty()) return set_problem({});
    set_problem(ending.message);
}

void Reflector::set_problem(std::optional<std::string> problem) {
    if (!pulse_->set_problem(problem)) return;
    if (problem) parts_.log.warn("watching is held up", {{"error", *problem}});
    parts_.on_change();
}

std::string Reflector::resource_label() const {
    return std::string(core::traits(query_.resource).plural);
}

void Reflector::count_event(EventType type) {
    parts_.metrics.count("stackseal_kube_watch_events_total",
                         {{"resource", resource_label()}, {"type", to_string(type)}});
}

void Reflector::count_restart(Outcome outcome) {
    parts_.metrics.count("stackseal_kube_watch_restarts_total",
                         {{"resource", resource_label()}, {"reason", to_string(outcome)}});
}

}  // namespace stackseal::kube
