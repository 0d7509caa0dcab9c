// SPDX-License-Identifier: Apache-2.0
// Two times: the latest that was seen, and the one in the file, which follows at a distance.
#include "controller/local/latest_time.hpp"

#include <algorithm>

#include "controller/core/concat.hpp"

namespace stackseal::local {

namespace {

constexpr const char* kFile = "clock";
constexpr std::size_t kLimit = 64;
/// So far may the file lag behind: each write costs the disk a sync.
constexpr std::chrono::minutes kLag{2};
/// More than this is worth a line in the log.
constexpr std::chrono::minutes kNoticeable{1};

core::Result<core::Time> parse(std::string_view text) {
    return core::parse_rfc3339(text.substr(0, text.find('\n')));
}

}  // namespace

LatestTime::LatestTime(const Folder& state, ports::Clock& clock, ports::Log& log)
    : state_(state), clock_(clock), log_(log), written_(read()) {
    latest_ = written_.value_or(core::Time::min());
}

std::optional<core::Time> LatestTime::read() const {
    const auto text = state_.read(kFile, kLimit);
    if (text && !*text) return std::nullopt;
    const auto time = text ? parse(**text) : core::Result<core::Time>(text.error());
    if (time) return *time;
    log_.warn("the latest time is unreadable and begun anew",
              {{"file", state_.path_of(kFile)}, {"problem", time.error().message}});
    return std::nullopt;
}

/// Call with mutex_ held.
core::Time LatestTime::advance() {
    const core::Time now = core::seconds_of(clock_.now());
    latest_ = std::max(latest_, now);
    return now;
}

void LatestTime::note() {
    const std::lock_guard lock(mutex_);
    if (written_ && state_.stamp(kFile).empty()) {
        written_.reset();
        latest_ = core::Time::min();
    }
    const core::Time now = advance();
    tell(now);
    if (!written_ || now >= *written_ + kLag) write(now);
}

/// Call with mutex_ held. Said once, until the clock is right again.
void LatestTime::tell(core::Time now) {
    const bool behind = now + kNoticeable < latest_;
    if (behind && !behind_)
        log_.warn("this machine's clock was set back",
                  {{"now", core::format_rfc3339(now)},
                   {"latest time seen", core::format_rfc3339(latest_)},
                   {"kept in", state_.path_of(kFile)}});
    behind_ = behind;
}

/// Call with mutex_ held.
void LatestTime::write(core::Time now) {
    const auto replaced = state_.replace(kFile, core::format_rfc3339(now) + "\n");
    if (replaced) written_ = now;
    std::string refusal = replaced ? "" : replaced.error().message;
    if (!refusal.empty() && refusal != refusal_)
        log_.warn("cannot keep the time", {{"problem", refusal}});
    refusal_ = std::move(refusal);
}

std::optional<core::ClockSkew> LatestTime::skew() {
    const std::lock_guard lock(mutex_);
    const core::Time now = advance();
    return core::ClockSkew{
        now - latest_, core::concat("the latest time seen here, ", core::format_rfc3339(latest_)),
        core::concat(", or, if that time was wrong, until ", state_.path_of(kFile), " is removed")};
}

}  // namespace stackseal::local
