// SPDX-License-Identifier: Apache-2.0
// One fan-out of changes, since a cluster takes handlers only before it is loaded.
#include "tests/simulation/world.hpp"

namespace stackseal::simulation {

core::Ref target_of(const ports::Write& write) {
    if (const auto* apply = std::get_if<ports::ApplySecret>(&write)) return apply->ref;
    if (const auto* record = std::get_if<ports::RecordStatus>(&write))
        return api::ref_of(record->before);
    return std::get<ports::DeleteObject>(write).ref;
}

World::World(Mode chosen) : mode(chosen), machine(time, chosen == Mode::kServer) {
    options_.manifests = root_ / "manifests";
    options_.state = root_ / "state";
    options_.authority_namespace = kAuthoritySpace;
    options_.hook = [this](std::string_view step, const std::string& path) {
        return on_step ? on_step(step, path) : 0;
    };
    std::filesystem::create_directory(options_.manifests);
}

core::Result<void> World::open() {
    ports::Clock& clock = mode == Mode::kLocal ? static_cast<ports::Clock&>(machine) : time;
    STACKSEAL_TRY(server_, local::LocalCluster::open(options_, clock, log));
    server_->watch([this](const ports::Change& change) {
        for (const auto& [who, handler] : handlers_) handler(change);
    });
    return {};
}

void World::close() {
    handlers_.clear();
    server_.reset();
}

void World::subscribe(const void* who, Handler handler) {
    handlers_.emplace_back(who, std::move(handler));
}

void World::unsubscribe(const void* who) {
    std::erase_if(handlers_, [who](const auto& entry) { return entry.first == who; });
}

}  // namespace stackseal::simulation
