// SPDX-License-Identifier: Apache-2.0
// What a real watch does to events, without the network.
#include "tests/simulation/remote.hpp"

#include <algorithm>

namespace stackseal::simulation {

namespace {

constexpr std::size_t kRemembered = 4;

}  // namespace

Remote::Remote(World& world) : world_(world) {
    world_.subscribe(this, [this](const ports::Change& change) { hear(change); });
}

Remote::~Remote() {
    world_.unsubscribe(this);
}

/// A deletion's own version is not told: it is newer than all that went before, and the next
/// object's is newer still.
void Remote::hear(const ports::Change& change) {
    const api::Meta* now = api::meta_of(change.after);
    version_ = now == nullptr
                   ? version_ + 1
                   : std::max<std::uint64_t>(version_ + 1, std::stoull(now->resource_version));
    Stream& in = stream(change.ref.resource);
    if (!in.broken) in.coming.push_back({change.after, change.ref, std::to_string(version_)});
}

void Remote::take(const Event& event) {
    if (api::meta_of(event.object) == nullptr)
        store_.remove(event.ref, event.version);
    else
        store_.put(event.object);
}

bool Remote::deliver(core::Resource resource) {
    Stream& in = stream(resource);
    if (in.coming.empty()) return false;
    const Event event = std::move(in.coming.front());
    in.coming.pop_front();
    in.gone.push_back(event);
    if (in.gone.size() > kRemembered) in.gone.pop_front();
    take(event);
    return true;
}

void Remote::cut(core::Resource resource) {
    stream(resource) = {.broken = true};
}

void Remote::list(core::Resource resource, bool initial) {
    stream(resource) = {};
    auto all = *world_.server().select({resource, ""});
    for (const api::Object& object : all)
        version_ =
            std::max<std::uint64_t>(version_, std::stoull(api::meta_of(object)->resource_version));
    store_.replace({resource, ""}, std::move(all), std::to_string(version_), initial);
}

void Remote::relist(core::Resource resource) {
    list(resource, false);
}

void Remote::sync() {
    for (std::size_t i = 0; i < streams_.size(); ++i) list(static_cast<core::Resource>(i), true);
}

void Remote::repeat(core::Resource resource) {
    const std::deque<Event> again = stream(resource).gone;
    for (const Event& event : again) take(event);
}

void Remote::catch_up() {
    for (std::size_t i = 0; i < streams_.size(); ++i) {
        const auto resource = static_cast<core::Resource>(i);
        if (stream(resource).broken) relist(resource);
        while (deliver(resource)) {
        }
    }
}

void Remote::refresh(const core::Ref& ref) {
    if (refreshes_fail_) return;
    const api::Object live = *world_.server().find(ref);
    if (api::meta_of(live) == nullptr)
        store_.remove(ref, std::to_string(version_));
    else
        store_.put(live);
}

core::Result<api::Object> Remote::write(ports::Write write) {
    const core::Ref ref = target_of(write);
    auto answer = gate_->write(std::move(write));
    if (answer && api::meta_of(*answer) != nullptr) store_.put(*answer);
    if (!answer && answer.error().code == core::Code::kConflict) refresh(ref);
    return answer;
}

}  // namespace stackseal::simulation
