// SPDX-License-Identifier: Apache-2.0
// The one place that says what becomes of a key after a pass. Pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "controller/core/next.hpp"
#include "controller/core/ref.hpp"
#include "controller/core/result.hpp"

namespace stackseal::runtime {

/// How a pass is counted. Source: controller_runtime_reconcile_total's label.
enum class Outcome : std::uint8_t { kSuccess, kRequeueAfter, kRequeue, kError, kDropped };

/// "success", "requeue_after", "requeue", "error"; "" for what is not counted.
std::string_view to_string(Outcome outcome);

/// What the queue does with a key, and how the pass is counted.
struct Verdict {
    Outcome outcome = Outcome::kSuccess;
    std::optional<std::chrono::milliseconds> after;  ///< come again; absent: wait for a change
    bool terminal = false;  ///< an error that no retry mends; `after` is a safety net

    bool operator==(const Verdict&) const = default;
};

/// The pass that just ended.
struct Pass {
    core::Ref key;
    int failures = 0;  ///< in a row, this one included; 0 after a success
    core::Instant now;
};

/// After a success: when the plan said, at least a tenth of a second ahead (a plan that names the
/// past must not spin). After an error, by its code, with a deterministic jitter:
///   kConflict     at once, after 50 ms and 250 ms; then as kUnavailable. Not counted as an error.
///   kUnavailable  about 1 s, doubled up to 5 min; never less than the other side asked for.
///   kInternal     about 5 s, doubled up to 5 min.
///   kThrottled    as told (at least 1 s) and up to a tenth more; at most 1 h.
///   kDenied       about 15 s, doubled up to 10 min.
///   kNotFound     its watch event; about 5 min as a safety net.
///   kInvalid, kCorrupt, kNotServed   a change; about 1 h as a safety net.
///   kCancelled    dropped.
/// Source: research/style-anchors.md 5.5.
Verdict judge(const core::Result<core::Next>& result, const Pass& pass);

/// True if the error adds to the key's failures in a row.
bool counts_as_failure(core::Code code);

}  // namespace stackseal::runtime
