// SPDX-License-Identifier: Apache-2.0
// Processes that begin, take over and end, and the calm in which all must come out right.
#include "tests/simulation/life.hpp"

#include <algorithm>
#include <cerrno>

#include "tests/simulation/verdict.hpp"

namespace stackseal::simulation {

namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;

/// Every wait of the program that leads on is shorter; only safety nets are longer.
constexpr minutes kSoon{15};
constexpr minutes kPatience{50};
constexpr int kMostPasses = 2000;

}  // namespace

Life::Life(Mode mode, std::uint64_t seed)
    : chance_(seed),
      perils_{chance_, trace_, {}, {}, [this] { intrude(); }, [this] { depose(kMostPasses); }},
      world_(mode),
      audit_(world_, trace_),
      people_(world_, audit_, chance_, trace_) {
    world_.on_step = [this](std::string_view step, const std::string& path) {
        return on_disk_step(step, path);
    };
}

Life::~Life() {
    end_processes();
}

// ---- beginning and end of processes

int Life::on_disk_step(std::string_view step, const std::string& path) {
    audit_.look(path);
    if (disk_ == nullptr) return 0;
    ++disk_steps_;
    return disk_->at(Point::kDiskStep, step) == Fate::kGoesOn ? 0 : EIO;
}

void Life::strike_next_at(std::uint64_t nth, Fate fate) {
    strike_ = nth;
    blow_ = fate;
}

std::unique_ptr<Peril> Life::next_peril() {
    auto peril = std::make_unique<Peril>(perils_);
    peril->strike_at(std::exchange(strike_, 0), blow_);
    return peril;
}

void Life::begin(Wishes wishes) {
    if (!world_.open() || !world_.load()) return trace_.fault("the directory cannot be opened");
    people_.begin(std::move(wishes));
    if (world_.mode == Mode::kLocal) world_.close();
    start();
}

bool Life::try_start() {
    const int steps = disk_steps_;
    auto peril = next_peril();
    Peril& own = *peril;
    if (world_.mode == Mode::kLocal) {
        disk_ = &own;
        if (!world_.open()) {
            end_processes();
            return false;
        }
    }
    leader_ = std::make_unique<Process>(stage(), std::move(peril));
    const auto synced = leader_->sync();
    healed_ = disk_steps_ != steps;
    if (synced && !own.dead()) return true;
    end_processes();
    return false;
}

/// Each start may be cut short, too; in the end one is not. None is without a pause before it.
void Life::start() {
    world_.time.advance(milliseconds(100));
    while (!try_start()) trace_.note("did not come up");
    audit_.take_census();
    trace_.note("started");
}

void Life::end_processes() {
    disk_ = nullptr;
    zombie_.reset();
    heir_.reset();
    leader_.reset();
    if (world_.mode == Mode::kLocal) world_.close();
}

void Life::restart() {
    end_processes();
    start();
}

// ---- one step

void Life::reap() {
    if (leader_->wrote_secrets_to_the_log()) trace_.fault("the log holds PEM text");
    if (heir_ && !leader_->peril().dead()) zombie_ = std::move(leader_);
    if (heir_)
        leader_ = std::move(heir_);
    else if (leader_->peril().dead())
        restart();
}

bool Life::step() {
    const bool worked = leader_->step();
    reap();
    return worked;
}

/// The leader sleeps in the middle of a pass; another takes over and works; then the first wakes.
void Life::depose(int most_passes) {
    if (heir_ || zombie_) return;
    trace_.note("another leads");
    if (when_deposed_) when_deposed_();
    heir_ = std::make_unique<Process>(stage(), std::make_unique<Peril>(perils_));
    (void)heir_->sync();
    for (int i = most_passes; i > 0 && heir_->step();) --i;
    if (heir_->peril().dead()) return heir_.reset();
    leader_->depose();
}

void Life::bury_zombie() {
    while (zombie_ && zombie_->step()) {
    }
    zombie_.reset();
}

// ---- calm

void Life::notice() {
    if (world_.mode == Mode::kLocal) world_.server().refresh();
    reap();
}

void Life::hear_all() {
    if (Remote* remote = leader_->remote()) remote->catch_up();
}

void Life::catch_up() {
    notice();
    hear_all();
}

void Life::work_off() {
    for (int i = 0; step(); ++i)
        if (i > kMostPasses) return trace_.fault("the passes do not come to an end");
}

bool Life::advance_to_next(milliseconds at_most) {
    const auto due = leader_->next_due();
    if (!due || *due > at_most) return false;
    world_.time.advance(*due);
    return true;
}

void Life::settle() {
    const auto begin = world_.time.monotonic();
    catch_up();
    while (!trace_.broken()) {
        work_off();
        hear_all();
        if (!leader_->is_idle()) continue;
        const std::vector<std::string> left = complaints(world_, audit_);
        if (left.empty()) break;
        if (!leader_->expects(kSoon) || !advance_to_next(kSoon))
            trace_.fault("nothing is due any more, and ", left.front());
        else if (world_.time.monotonic() - begin > kPatience)
            trace_.fault("does not converge: ", left.front());
    }
    audit_.take_census();
    audit_.check_guarded();
}

/// A step of the wall clock is noticed within the hour that no wait of the queue exceeds.
void Life::let_clock_be_noticed() {
    if (std::exchange(stepped_, false)) world_.time.advance(runtime::kLongestWait);
    work_off();
}

/// What stands now stays so: an hour and more brings no write but renewals.
void Life::rest() {
    const auto begin = world_.time.monotonic();
    while (!trace_.broken() && world_.time.monotonic() - begin < minutes(70) &&
           advance_to_next(hours(2)))
        work_off();
    settle();
}

void Life::calm() {
    perils_.odds = {};
    perils_.spell.reset();
    zombie_.reset();
    stepped_ = stepped_ || (world_.mode == Mode::kServer && world_.machine.ahead().count() != 0);
    if (world_.mode == Mode::kServer) world_.machine.set_right();
    if (Remote* remote = leader_->remote()) remote->let_refreshes_fail(false);
    Peril* const held = std::exchange(disk_, nullptr);
    people_.make_up();
    disk_ = held;
    trace_.note("calm");
    let_clock_be_noticed();
    settle();
    rest();
}

/// What a failing disk or a person has left there may be healed by one start.
void Life::restart_quietly() {
    int writes = 0;
    int steps = 0;
    for (int i = 0; i < 2; ++i) {
        writes = audit_.writes();
        steps = disk_steps_;
        restart();
        settle();
        if (!healed_) break;
    }
    if (audit_.writes() != writes)
        trace_.fault("a quiet start made ", audit_.writes() - writes, " writes");
    if (disk_steps_ != steps)
        trace_.fault("a quiet start changed the disk in ", disk_steps_ - steps, " steps");
    audit_.check_tidy();
}

void live(Life& life, int steps) {
    life.begin(large_wishes());
    life.storm(steps);
    life.calm();
    life.restart_quietly();
}

std::string story(const Life& life) {
    constexpr std::size_t kLines = 150;
    const auto& lines = life.trace().lines();
    std::string text = life.trace().broken().value_or("no fault") + "\n";
    for (std::size_t i = lines.size() - std::min(lines.size(), kLines); i < lines.size(); ++i)
        text += "  " + lines[i] + "\n";
    return text;
}

}  // namespace stackseal::simulation
