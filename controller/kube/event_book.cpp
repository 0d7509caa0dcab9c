// SPDX-License-Identifier: Apache-2.0
// Series of equal events: the server sees the first, the second, and now and then the count.
#include "controller/kube/event_book.hpp"

#include <cstdio>
#include <utility>

#include "controller/api/names.hpp"
#include "controller/core/concat.hpp"
#include "controller/kube/clip.hpp"

namespace stackseal::kube {

namespace {

using namespace std::chrono_literals;

constexpr auto kSeriesEnd = 6min;
constexpr auto kRefresh = 30min;
constexpr std::size_t kMostSeries = 4096;
constexpr std::size_t kNameLimit = 253;
constexpr std::size_t kNoteLimit = 1024;
constexpr std::size_t kInstanceLimit = 128;

std::string hex(std::int64_t number) {
    char text[20];
    const int length =
        std::snprintf(text, sizeof text, "%llx", static_cast<unsigned long long>(number));
    return {text, static_cast<std::size_t>(length)};
}

/// client-go's form: the object's name and a time; the ordinal keeps two of one millisecond apart.
std::string name_of(const ports::Event& event, core::Instant now, std::int64_t ordinal) {
    const std::string tail =
        core::concat(".", hex(now.time_since_epoch().count()), hex(ordinal & 0xFFFF));
    return event.regarding.name.substr(0, kNameLimit - tail.size()) + tail;
}

std::string space_of(const core::Ref& ref) {
    return ref.space.empty() ? "default" : ref.space;
}

core::Value series_of(const EventWrite& write) {
    return core::Value::object(
        {{"count", core::Value::of(write.count)},
         {"lastObservedTime", core::Value::of(core::format_rfc3339_micro(write.last))}});
}

core::Value regarding(const ports::Event& event) {
    const core::ResourceTraits& traits = core::traits(event.regarding.resource);
    core::Value out = core::Value::object();
    out.set("apiVersion", core::Value::of(traits.api_version()));
    out.set("kind", core::Value::of(traits.kind));
    out.set("name", core::Value::of(event.regarding.name));
    if (!event.regarding.space.empty())
        out.set("namespace", core::Value::of(event.regarding.space));
    if (!event.uid.empty()) out.set("uid", core::Value::of(event.uid));
    return out;
}

}  // namespace

bool EventWrite::operator==(const EventWrite& other) const {
    return name == other.name && space == other.space && first == other.first &&
           last == other.last && count == other.count && event.reason == other.event.reason &&
           event.regarding == other.event.regarding;
}

core::Value event_document(const EventWrite& write, const std::string& instance) {
    const ports::Event& event = write.event;
    core::Value out = core::Value::object();
    out.set("apiVersion", core::Value::of("events.k8s.io/v1"));
    out.set("kind", core::Value::of("Event"));
    out.set("metadata", core::Value::object({{"name", core::Value::of(write.name)},
                                             {"namespace", core::Value::of(write.space)}}));
    out.set("eventTime", core::Value::of(core::format_rfc3339_micro(write.first)));
    out.set("reportingController", core::Value::of(api::kFieldManager));
    out.set("reportingInstance", core::Value::of(clip(instance, kInstanceLimit)));
    out.set("action", core::Value::of(event.action));
    out.set("reason", core::Value::of(event.reason));
    out.set("type", core::Value::of(event.warning ? "Warning" : "Normal"));
    out.set("note", core::Value::of(clip(event.note, kNoteLimit)));
    out.set("regarding", regarding(event));
    if (write.count > 1) out.set("series", series_of(write));
    return out;
}

core::Value series_patch(const EventWrite& write) {
    return core::Value::object({{"series", series_of(write)}});
}

std::vector<EventWrite> EventBook::open(const Key& key, const ports::Event& event,
                                        core::Instant now) {
    // Over the limit nothing is counted any more, but all is still sent once.
    EventWrite write{event, name_of(event, now, ++ordinal_), space_of(event.regarding), now, now};
    if (series_.size() < kMostSeries) series_.insert_or_assign(key, Series{write, now, 1});
    return {std::move(write)};
}

std::vector<EventWrite> EventBook::note(const ports::Event& event, core::Instant now) {
    const Key key{event.regarding, event.uid, event.warning, event.reason, event.action};
    const auto it = series_.find(key);
    if (it == series_.end() || now - it->second.write.last >= kSeriesEnd)
        return open(key, event, now);
    Series& series = it->second;
    ++series.write.count;
    series.write.last = now;
    if (series.write.count > 2) return {};
    series.sent = now;
    series.sent_count = series.write.count;
    return {series.write};
}

std::vector<EventWrite> EventBook::due(core::Instant now) {
    std::vector<EventWrite> writes;
    for (auto it = series_.begin(); it != series_.end();) {
        Series& series = it->second;
        const bool over = now - series.write.last >= kSeriesEnd;
        const bool untold = series.write.count > series.sent_count;
        if (untold && (over || now - series.sent >= kRefresh)) {
            writes.push_back(series.write);
            series.sent = now;
            series.sent_count = series.write.count;
        }
        it = over ? series_.erase(it) : std::next(it);
    }
    return writes;
}

}  // namespace stackseal::kube
