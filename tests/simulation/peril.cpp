// SPDX-License-Identifier: Apache-2.0
// Dice, and the one point that a test has chosen.
#include "tests/simulation/peril.hpp"

namespace stackseal::simulation {

namespace {

using core::Code;
using core::Error;

int odds_of(const Odds& odds, Point point) {
    switch (point) {
        case Point::kRead:
            return odds.read_error;
        case Point::kBeforeWrite:
            return odds.write_trouble;
        case Point::kAfterWrite:
            return odds.lost_answer;
        case Point::kDiskStep:
            return odds.disk_error;
    }
    return 0;
}

}  // namespace

void Peril::strike_at(std::uint64_t nth, Fate fate) {
    strike_ = nth;
    blow_ = fate;
}

Fate Peril::fate_of(Point point) {
    struck_ = points_ == strike_;
    if (struck_) ++all_.blows;
    if (struck_) return blow_;
    if (all_.spell && point == Point::kBeforeWrite) return Fate::kFails;
    if (all_.chance.once_in(all_.odds.crash)) return Fate::kDead;
    return all_.chance.once_in(odds_of(all_.odds, point)) ? Fate::kFails : Fate::kGoesOn;
}

Fate Peril::at(Point point, std::string_view what) {
    if (dead_) return Fate::kDead;
    ++points_;
    const Fate fate = fate_of(point);
    dead_ = fate == Fate::kDead;
    if (dead_) all_.trace.note("crash at ", what);
    if (fate == Fate::kFails) all_.trace.note("failure at ", what);
    if (fate == Fate::kGoesOn && point != Point::kDiskStep) intrude();
    if (fate != Fate::kDeposed) return fate;
    all_.depose();
    return Fate::kGoesOn;
}

void Peril::intrude() {
    if (intruded_ || !all_.intrude || !all_.chance.once_in(all_.odds.intrusion)) return;
    intruded_ = true;
    all_.intrude();
    intruded_ = false;
}

core::Error Peril::trouble() {
    if (all_.spell) return Error{*all_.spell, "refused until further notice"};
    switch (struck_ ? 0 : all_.chance.below(6)) {
        case 0:
        case 1:
            return Error{Code::kUnavailable, "the server does not answer"};
        case 2:
            return Error{.code = Code::kThrottled,
                         .message = "too many requests",
                         .retry_after_seconds = 1 + all_.chance.below(30)};
        case 3:
            return Error{Code::kDenied, "the role was taken away"};
        default:
            return Error{Code::kConflict, "changed by another"};
    }
}

}  // namespace stackseal::simulation
