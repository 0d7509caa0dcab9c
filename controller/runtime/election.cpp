// SPDX-License-Identifier: Apache-2.0
// The transitions of a lease, as client-go makes them.
#include "controller/runtime/election.hpp"

#include <utility>

#include "controller/core/concat.hpp"

namespace stackseal::runtime {

namespace {

using ports::LeaseRecord;

bool is_free(const Election& election, std::chrono::milliseconds now) {
    const auto& seen = election.seen;
    if (!seen || seen->holder.empty() || seen->holder == election.identity) return true;
    return now >= election.seen_at + seen->duration;
}

/// The record that says that we hold the lease from now on, or still.
LeaseRecord ours(const Election& election, core::Instant now) {
    LeaseRecord record = election.seen.value_or(LeaseRecord{});
    const bool kept = record.holder == election.identity;
    if (election.seen && !kept) ++record.transitions;
    if (!kept) record.acquired = now;
    record.holder = election.identity;
    record.duration = election.times.lease;
    record.renewed = now;
    return record;
}

std::optional<std::string> loss(const Election& election, std::chrono::milliseconds now) {
    if (now >= *election.valid_until)
        return core::concat("not renewed for ", election.times.renew.count(), " s");
    if (!election.must_read && election.seen && !election.seen->holder.empty() &&
        election.seen->holder != election.identity)
        return core::concat("taken by ", election.seen->holder);
    return std::nullopt;
}

}  // namespace

core::Result<void> check(const ElectionTimes& times) {
    if (times.lease > times.renew && times.renew * 10 > times.retry * 12 && times.retry.count() > 0)
        return {};
    return core::Error{
        core::Code::kInvalid,
        core::concat("leader election times lease ", times.lease.count(), " s, renew ",
                     times.renew.count(), " s, retry ", times.retry.count(),
                     " s: lease must be longer than renew, renew longer than 1.2 times retry, and "
                     "retry at least 1 s")};
}

ElectionStep next_step(const Election& election, const Moment& now) {
    if (election.valid_until)
        if (auto reason = loss(election, now.monotonic)) return LoseLease{*std::move(reason)};
    if (election.must_read) return ReadLease{};
    if (election.valid_until || is_free(election, now.monotonic))
        return WriteLease{ours(election, now.wall)};
    return AwaitLease{};
}

std::optional<LeaseRecord> released(const Election& election, core::Instant now) {
    if (!election.seen || election.seen->holder != election.identity) return std::nullopt;
    LeaseRecord record = *election.seen;
    record.holder.clear();
    record.duration = std::chrono::seconds(1);
    record.renewed = now;
    return record;
}

Election after_read(Election election, std::optional<LeaseRecord> read,
                    std::chrono::milliseconds now) {
    if (read != election.seen) {
        election.seen = std::move(read);
        election.seen_at = now;
    }
    election.must_read = false;
    return election;
}

Election after_write(Election election, LeaseRecord written, std::chrono::milliseconds asked) {
    election.seen = std::move(written);
    election.seen_at = asked;
    election.valid_until = asked + election.times.renew;
    election.must_read = false;
    return election;
}

Election in_doubt(Election election) {
    election.must_read = true;
    return election;
}

}  // namespace stackseal::runtime
