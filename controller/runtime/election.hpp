// SPDX-License-Identifier: Apache-2.0
// Who leads: the decisions of leader election, pure. leader_election.hpp does what they say.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <variant>

#include "controller/core/result.hpp"
#include "controller/core/time.hpp"
#include "controller/ports/lease.hpp"

namespace stackseal::runtime {

/// Source: client-go's leaderelection defaults. Needs lease > renew > 1.2 × retry.
struct ElectionTimes {
    std::chrono::seconds lease{15};  ///< others wait so long without seeing a change
    std::chrono::seconds renew{10};  ///< the leader gives up after so long without a renewal
    std::chrono::seconds retry{2};
};

/// Errors: kInvalid if the times would let two lead at once or leave no room for a retry.
core::Result<void> check(const ElectionTimes& times);

/// Both clocks: records carry wall time for humans, decisions use monotonic time only.
struct Moment {
    core::Instant wall;
    std::chrono::milliseconds monotonic{};
};

/// What one candidate knows. Times of other candidates are never compared, only "did the record
/// change, measured on my clock", so that any skew between clocks is harmless.
struct Election {
    std::string identity;  ///< unique per process: host name and a UUID
    ElectionTimes times;
    std::optional<ports::LeaseRecord> seen;
    std::chrono::milliseconds seen_at{};                   ///< when seen was first seen
    std::optional<std::chrono::milliseconds> valid_until;  ///< set while leading
    bool must_read = true;                                 ///< seen may be out of date
};

/// Look at the record first: nothing is known, or it may be out of date.
struct ReadLease {
    bool operator==(const ReadLease&) const = default;
};
/// Acquire or renew: write the record, on condition that its version is still the current one.
struct WriteLease {
    ports::LeaseRecord record;
    bool operator==(const WriteLease&) const = default;
};
/// Somebody else leads.
struct AwaitLease {
    bool operator==(const AwaitLease&) const = default;
};
/// This process led and must not act any more.
struct LoseLease {
    std::string reason;
    bool operator==(const LoseLease&) const = default;
};
using ElectionStep = std::variant<ReadLease, WriteLease, AwaitLease, LoseLease>;

/// The one next thing to do.
ElectionStep next_step(const Election& election, const Moment& now);

/// The record that frees the lease for others at once; absent if it is not ours.
std::optional<ports::LeaseRecord> released(const Election& election, core::Instant now);

/// Folds in what was read, at the time when the answer was there.
Election after_read(Election election, std::optional<ports::LeaseRecord> read,
                    std::chrono::milliseconds now);
/// Folds in a write that succeeded. asked: the time before the request was sent, because others may
/// count from then.
Election after_write(Election election, ports::LeaseRecord written,
                     std::chrono::milliseconds asked);
/// Folds in a write that failed, or a wait: what is known may be out of date.
Election in_doubt(Election election);

}  // namespace stackseal::runtime
