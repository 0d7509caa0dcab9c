// SPDX-License-Identifier: Apache-2.0
// The table from error codes to waits.
#include "controller/runtime/retry_policy.hpp"

#include <algorithm>
#include <array>

#include "controller/runtime/jitter.hpp"

namespace stackseal::runtime {

namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr milliseconds kSoonest{100};
constexpr milliseconds kSafetyNet = std::chrono::hours(1);
constexpr std::array<milliseconds, 3> kConflictWaits = {milliseconds(0), milliseconds(50),
                                                        milliseconds(250)};

/// Times a factor in [low, high), the same for one key and attempt.
milliseconds scattered(milliseconds wait, const Pass& pass, double low, double high) {
    const double share =
        fraction_of(core::to_string(pass.key), static_cast<std::uint64_t>(pass.failures));
    const double factor = low + share * (high - low);
    return milliseconds(static_cast<std::int64_t>(static_cast<double>(wait.count()) * factor));
}

/// first·2ⁿ, capped, less up to a third: never above the cap.
milliseconds doubled(milliseconds first, milliseconds cap, int steps, const Pass& pass) {
    const int shift = std::clamp(steps, 0, 20);
    return scattered(std::min(first * (1 << shift), cap), pass, 2.0 / 3, 1.0);
}

milliseconds back_off(milliseconds first, milliseconds cap, const Pass& pass) {
    return doubled(first, cap, pass.failures - 1, pass);
}

/// What the other side asked for; capped, because it may ask for anything.
milliseconds as_told(const core::Error& error) {
    const std::int64_t cap = std::chrono::duration_cast<seconds>(kSafetyNet).count();
    return seconds(std::clamp<std::int64_t>(error.retry_after_seconds, 0, cap));
}

milliseconds after_conflict(const Pass& pass) {
    const auto nth = static_cast<std::size_t>(std::max(pass.failures, 1) - 1);
    if (nth < kConflictWaits.size()) return kConflictWaits[nth];
    return doubled(seconds(1), minutes(5), static_cast<int>(nth - kConflictWaits.size()), pass);
}

milliseconds after_throttling(const core::Error& error, const Pass& pass) {
    const milliseconds told = std::max<milliseconds>(as_told(error), seconds(1));
    return std::min(scattered(told, pass, 1.0, 1.1), kSafetyNet);
}

milliseconds after_unavailable(const core::Error& error, const Pass& pass) {
    return std::max(back_off(seconds(1), minutes(5), pass), as_told(error));
}

Verdict judge_error(const core::Error& error, const Pass& pass) {
    switch (error.code) {
        case core::Code::kConflict:
            return {Outcome::kRequeue, after_conflict(pass)};
        case core::Code::kUnavailable:
            return {Outcome::kError, after_unavailable(error, pass)};
        case core::Code::kInternal:
            return {Outcome::kError, back_off(seconds(5), minutes(5), pass)};
        case core::Code::kThrottled:
            return {Outcome::kError, after_throttling(error, pass)};
        case core::Code::kDenied:
            return {Outcome::kError, back_off(seconds(15), minutes(10), pass)};
        case core::Code::kNotFound:
            return {Outcome::kError, scattered(minutes(5), pass, 2.0 / 3, 1.0)};
        case core::Code::kInvalid:
        case core::Code::kCorrupt:
        case core::Code::kNotServed:
            return {Outcome::kError, scattered(kSafetyNet, pass, 2.0 / 3, 1.0), true};
        case core::Code::kCancelled:
            return {Outcome::kDropped, std::nullopt};
    }
    return {Outcome::kError, kSafetyNet};
}

}  // namespace

std::string_view to_string(Outcome outcome) {
    switch (outcome) {
        case Outcome::kSuccess:
            return "success";
        case Outcome::kRequeueAfter:
            return "requeue_after";
        case Outcome::kRequeue:
            return "requeue";
        case Outcome::kError:
            return "error";
        case Outcome::kDropped:
            return "";
    }
    return "";
}

bool counts_as_failure(core::Code code) {
    return code != core::Code::kCancelled;
}

Verdict judge(const core::Result<core::Next>& result, const Pass& pass) {
    if (!result) return judge_error(result.error(), pass);
    if (!result->at) return {Outcome::kSuccess, std::nullopt};
    return {Outcome::kRequeueAfter, std::max(*result->at - pass.now, kSoonest)};
}

}  // namespace stackseal::runtime
