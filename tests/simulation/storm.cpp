// SPDX-License-Identifier: Apache-2.0
// What may happen next in a storm, and how often.
#include <filesystem>

#include "tests/simulation/life.hpp"

namespace stackseal::simulation {

namespace {

using core::Resource;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr Odds kStorm{.crash = 150,
                      .disk_error = 120,
                      .read_error = 100,
                      .write_trouble = 12,
                      .lost_answer = 12,
                      .intrusion = 25};

/// Most events are of Secrets.
const std::vector<Resource> kResources = {Resource::kCertificate, Resource::kIssuer,
                                          Resource::kSecret, Resource::kSecret};

}  // namespace

/// People's own writes meet no peril of the process.
void Life::act() {
    Peril* const held = std::exchange(disk_, nullptr);
    people_.act();
    disk_ = held;
}

void Life::intrude() {
    if (world_.mode == Mode::kServer && chance_.once_in(3)) return depose(chance_.below(8));
    if (world_.mode == Mode::kServer && chance_.once_in(2)) return disturb_streams();
    act();
}

void Life::disturb_streams() {
    Remote& remote = *leader_->remote();
    const Resource resource = chance_.any_of(kResources);
    switch (chance_.below(8)) {
        case 0:
            trace_.note("a stream breaks");
            return remote.cut(resource);
        case 1:
            return remote.relist(resource);
        case 2:
            return remote.repeat(resource);
        case 3:
            return remote.let_refreshes_fail(chance_.once_in(2));
        case 4:
            return remote.catch_up();
        default:
            for (int i = 1 + chance_.below(4); i > 0 && remote.deliver(resource);) --i;
    }
}

void Life::step_clock() {
    const auto by = seconds(hours(24)) * (chance_.once_in(2) ? 1 : -1);
    if (std::chrono::abs(world_.machine.ahead() + by) > hours(72)) return;
    trace_.note("the clock steps by ", by.count(), " s");
    world_.machine.step(by);
    stepped_ = true;
}

void Life::move_time() {
    switch (chance_.below(10)) {
        case 0:
            return step_clock();
        case 1:
            stepped_ = true;
            return world_.machine.set_right();
        case 2:
            trace_.note("suspended");
            world_.time.advance(hours(6 + chance_.below(42)));
            break;
        case 3:
        case 4:
            world_.time.advance(minutes(1 + chance_.below(60)));
            break;
        default:
            world_.time.advance(milliseconds(100 + chance_.below(20'000)));
            break;
    }
}

void Life::begin_or_end_spell() {
    const std::vector<core::Code> codes = {core::Code::kDenied, core::Code::kUnavailable};
    perils_.spell = perils_.spell ? std::nullopt : std::optional(chance_.any_of(codes));
    trace_.note(perils_.spell
                    ? core::concat("writes are refused: ", core::to_string(*perils_.spell))
                    : "writes go through again");
}

void Life::work() {
    for (int i = 1 + chance_.below(6); i > 0 && step();) --i;
}

void Life::step_zombie() {
    if (!zombie_) return;
    trace_.note("the deposed process goes on");
    zombie_->step();
    if (zombie_->peril().dead() || chance_.once_in(3)) zombie_.reset();
}

/// While nothing runs, the statuses may get lost: they are computed anew.
void Life::interrupt() {
    end_processes();
    if (world_.mode == Mode::kLocal && chance_.once_in(2)) {
        trace_.note("the statuses are lost");
        std::filesystem::remove_all(world_.state() + "/status");
    }
    start();
}

void Life::storm_once() {
    switch (chance_.below(20)) {
        case 0:
        case 1:
            return act();
        case 2:
        case 3:
            return move_time();
        case 4:
            return chance_.once_in(3) ? interrupt() : step_zombie();
        case 5:
        case 6:
        case 7:
        case 8:
            return world_.mode == Mode::kServer ? disturb_streams() : notice();
        case 9:
            return chance_.once_in(2) ? step_zombie() : begin_or_end_spell();
        default:
            return work();
    }
}

void Life::storm(int steps) {
    perils_.odds = kStorm;
    for (int i = 0; i < steps && !trace_.broken(); ++i) storm_once();
    perils_.odds = {};
}

}  // namespace stackseal::simulation
