// SPDX-License-Identifier: Apache-2.0
// The loop around election's decisions, and a watchdog that a hanging renewal cannot block.
#include "controller/runtime/leader_election.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "controller/runtime/jitter.hpp"

namespace stackseal::runtime {

namespace {

using std::chrono::milliseconds;

constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::min();
/// The longest sleep: timers stand still while a machine is suspended, Clock::monotonic does not.
constexpr milliseconds kHeartbeat{500};

/// More steps than a round can take: read, write, and after a conflict both again.
constexpr int kStepsOfARound = 4;

}  // namespace

LeaderElection::LeaderElection(Candidate candidate, ElectionPorts ports)
    : name_(std::move(candidate.lease)), ports_(ports), valid_until_(kNever) {
    election_.identity = std::move(candidate.identity);
    election_.times = candidate.times;
    show(false);
}

LeaderElection::~LeaderElection() {
    end_threads();
}

void LeaderElection::end_threads() {
    renewer_ = {};
    watchdog_ = {};
}

void LeaderElection::show(bool leads) {
    ports_.metrics.set("leader_election_master_status", {{"name", name_}}, leads ? 1 : 0);
}

bool LeaderElection::leading() const {
    // lost_ too: a renewal that hung may be answered after the watchdog gave up.
    return !lost_ && ports_.clock.monotonic().count() < valid_until_.load();
}

void LeaderElection::adopt(Election election) {
    const bool led = election_.valid_until.has_value();
    election_ = std::move(election);
    valid_until_ = election_.valid_until ? election_.valid_until->count() : kNever;
    if (!led && election_.valid_until) {
        show(true);
        ports_.log.info("Leading", {{"lease", name_}, {"identity", election_.identity}});
    }
}

/// Once, whichever thread notices first.
void LeaderElection::lose(const std::string& reason) {
    if (lost_.exchange(true)) return;
    valid_until_ = kNever;
    show(false);
    ports_.log.error("Leadership lost", {{"lease", name_}, {"reason", reason}});
    if (on_lost_) on_lost_(reason);
}

/// An outage lasts many rounds: each problem is logged when it begins, not at each attempt.
void LeaderElection::complain(const core::Error& error) {
    if (error.message == complaint_) return;
    complaint_ = error.message;
    ports_.log.warn("Lease is out of reach", {{"lease", name_}, {"error", error.message}});
}

bool LeaderElection::read() {
    auto answer = ports_.lease.read();
    if (!answer) {
        complain(answer.error());
        return false;
    }
    complaint_.clear();
    adopt(after_read(election_, *std::move(answer), ports_.clock.monotonic()));
    return true;
}

/// False: the round is over.
bool LeaderElection::write(const ports::LeaseRecord& record) {
    const milliseconds asked = ports_.clock.monotonic();
    auto answer = ports_.lease.write(record);
    if (answer) {
        complaint_.clear();
        adopt(after_write(election_, *std::move(answer), asked));
        return false;
    }
    adopt(in_doubt(election_));
    const bool conflict = answer.error().code == core::Code::kConflict;
    if (!conflict) complain(answer.error());
    // A leader whose record was changed wants to know at once by whom.
    return conflict && election_.valid_until.has_value();
}

/// False: the round is over.
bool LeaderElection::take_step() {
    const ElectionStep step = next_step(election_, {ports_.clock.now(), ports_.clock.monotonic()});
    if (std::holds_alternative<ReadLease>(step)) return read();
    if (const auto* wanted = std::get_if<WriteLease>(&step)) return write(wanted->record);
    if (const auto* lost = std::get_if<LoseLease>(&step)) {
        lose(lost->reason);
        return false;
    }
    adopt(in_doubt(election_));
    return false;
}

milliseconds LeaderElection::round() {
    for (int step = 0; step < kStepsOfARound && !lost_; ++step)
        if (!take_step()) break;
    return pause();
}

/// A leader renews evenly; candidates scatter, so that they do not collide for ever.
milliseconds LeaderElection::pause() {
    const milliseconds retry = election_.times.retry;
    if (election_.valid_until) return retry;
    const double factor = 1.0 + 1.2 * fraction_of(election_.identity, ++rounds_);
    return milliseconds(static_cast<std::int64_t>(static_cast<double>(retry.count()) * factor));
}

/// False: stop was requested.
bool LeaderElection::wait_until(milliseconds due, const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (!stop.stop_requested()) {
        const milliseconds rest = due - ports_.clock.monotonic();
        if (rest.count() <= 0) return true;
        const std::uint64_t seen = moves_;
        moved_.wait_for(lock, stop, std::min(rest, kHeartbeat), [&] { return moves_ != seen; });
    }
    return false;
}

void LeaderElection::clock_moved() {
    const std::lock_guard lock(mutex_);
    ++moves_;
    moved_.notify_all();
}

bool LeaderElection::acquire(std::stop_token stop) {
    while (!stop.stop_requested()) {
        const milliseconds began = ports_.clock.monotonic();
        const milliseconds next = round();
        if (leading()) return true;
        wait_until(began + next, stop);
    }
    return false;
}

/// Pauses count from the beginning of an attempt, so that slow answers do not thin out renewals.
void LeaderElection::renew(milliseconds due, const std::stop_token& stop) {
    while (!lost_ && wait_until(due, stop)) {
        due = ports_.clock.monotonic();
        due += round();
    }
}

/// The renewer may hang in a request; the lease runs out all the same.
void LeaderElection::watch(const std::stop_token& stop) {
    while (!lost_ && !stop.stop_requested()) {
        const milliseconds due(valid_until_.load());
        if (ports_.clock.monotonic() >= due) {
            lose("no renewal was answered in time");
        } else {
            wait_until(due, stop);
        }
    }
}

void LeaderElection::hold(std::function<void(const std::string&)> on_lost) {
    on_lost_ = std::move(on_lost);
    const milliseconds due = ports_.clock.monotonic() + election_.times.retry;
    renewer_ = std::jthread([this, due](const std::stop_token& stop) { renew(due, stop); });
    watchdog_ = std::jthread([this](const std::stop_token& stop) { watch(stop); });
}

core::Result<void> LeaderElection::free_lease() {
    if (election_.must_read) {
        STACKSEAL_TRY(auto seen, ports_.lease.read());
        election_ = after_read(election_, std::move(seen), ports_.clock.monotonic());
    }
    const auto record = released(election_, ports_.clock.now());
    if (!record) return {};
    election_ = in_doubt(election_);
    STACKSEAL_CHECK(ports_.lease.write(*record));
    return {};
}

core::Result<void> LeaderElection::release() {
    end_threads();
    const bool led = leading();
    valid_until_ = kNever;
    election_.valid_until.reset();
    show(false);
    if (!led) return {};
    core::Result<void> freed = free_lease();
    // Somebody edited the record meanwhile: once more with what it says now.
    if (!freed && freed.error().code == core::Code::kConflict) freed = free_lease();
    return freed;
}

}  // namespace stackseal::runtime
