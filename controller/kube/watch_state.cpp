// SPDX-License-Identifier: Apache-2.0
// The table of what follows from what; its reasons stand in research on client-go's reflector:
// a version that is still good is watched on from, one that may not be is read anew, and whatever
// is not an ordinary end of a stream waits first.
#include "controller/kube/watch_state.hpp"

#include <algorithm>

namespace stackseal::kube {

namespace {

constexpr std::chrono::milliseconds kFirstWait{800};
constexpr std::chrono::milliseconds kLongestWait{30'000};
constexpr std::chrono::milliseconds kQuiet{120'000};

}  // namespace

std::chrono::milliseconds Backoff::next(std::chrono::milliseconds now, double chance) {
    if (stepped_at_ && now - *stepped_at_ > kQuiet) wait_ = kFirstWait;
    stepped_at_ = now;
    const std::chrono::milliseconds wait = wait_;
    wait_ = std::min(2 * wait_, kLongestWait);
    const double more = static_cast<double>(wait.count()) * chance;
    return wait + std::chrono::milliseconds(static_cast<std::int64_t>(more));
}

void WatchState::advanced(const std::string& version) {
    if (!version.empty()) version_ = version;
}

Step WatchState::step(std::chrono::milliseconds wait) const {
    if (!version_.empty()) return {Act::kWatch, version_, wait};
    return {streams_ ? Act::kStreamAll : Act::kList, "", wait};
}

Step WatchState::backed_off(std::int64_t retry_after, Moment moment) {
    const std::chrono::milliseconds told = std::chrono::seconds(retry_after);
    return step(std::max(told, backoff_.next(moment.now, moment.chance)));
}

Step WatchState::next(Outcome outcome, std::int64_t retry_after, Moment moment) {
    switch (outcome) {
        case Outcome::kListed:
            return step(std::chrono::milliseconds(0));
        case Outcome::kEnded:
            // Without a version the initial part broke off: not an ordinary end.
            if (version_.empty()) return backed_off(0, moment);
            return step(std::chrono::milliseconds(0));
        case Outcome::kUnsupported:
            streams_ = false;
            version_.clear();
            return step(std::chrono::milliseconds(0));
        case Outcome::kCutShort:
        case Outcome::kThrottled:
        case Outcome::kServerError:
        case Outcome::kUnauthorized:
        case Outcome::kForbidden:
            return backed_off(retry_after, moment);
        case Outcome::kEndedAtOnce:
        case Outcome::kGone:
        case Outcome::kFault:
        case Outcome::kMissing:
            version_.clear();
            return backed_off(retry_after, moment);
    }
    return backed_off(retry_after, moment);
}

std::string to_string(Outcome outcome) {
    switch (outcome) {
        case Outcome::kListed:
            return "listed";
        case Outcome::kEnded:
            return "ended";
        case Outcome::kEndedAtOnce:
            return "ended_at_once";
        case Outcome::kCutShort:
            return "cut_short";
        case Outcome::kGone:
            return "expired";
        case Outcome::kThrottled:
            return "throttled";
        case Outcome::kServerError:
            return "server_error";
        case Outcome::kFault:
            return "fault";
        case Outcome::kUnsupported:
            return "unsupported";
        case Outcome::kUnauthorized:
            return "unauthorized";
        case Outcome::kForbidden:
            return "forbidden";
        case Outcome::kMissing:
            return "missing";
    }
    return "unknown";
}

Outcome outcome_of(const Failure& refusal, Act act) {
    if (is_gone(refusal)) return Outcome::kGone;
    switch (refusal.code) {
        case 401:
            return Outcome::kUnauthorized;
        case 403:
            return Outcome::kForbidden;
        case 404:
            return Outcome::kMissing;
        case 429:
            return Outcome::kThrottled;
        default:
            break;
    }
    if (refusal.code >= 500) return Outcome::kServerError;
    const bool refused = refusal.code >= 400;
    return refused && act == Act::kStreamAll ? Outcome::kUnsupported : Outcome::kFault;
}

Outcome outcome_in_stream(const Failure& error) {
    if (is_gone(error)) return Outcome::kGone;
    return error.code == 429 ? Outcome::kThrottled : Outcome::kFault;
}

}  // namespace stackseal::kube
