// SPDX-License-Identifier: Apache-2.0
// How each owner's attempts went: the breaker of issuance loops and the back-off of failures.
// Any thread may call. In memory only: a restart starts with a clean slate.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "reconcilers/issuance/observed.hpp"

namespace stackseal::issuance {

/// So many issuances before their time within the window open the breaker, until the oldest has
/// left the window.
inline constexpr int kBreakerLimit = 6;
inline constexpr std::chrono::minutes kBreakerWindow{10};

/// 10 s, 20 s, 40 s, … up to an hour, for the nth failure in a row.
std::chrono::seconds backoff_after(int failures);

/// One record an owner that was issued or has failed, kept until forget().
class Attempts {
  public:
    /// subject: History's; a change of it ends a back-off (not the breaker).
    History of(const core::Ref& owner, const std::string& subject, core::Instant now);
    /// Ends the back-off, and counts for the breaker, unless the one before had come to its time.
    /// due: when this one is to be renewed.
    void succeeded(const core::Ref& owner, core::Instant now, core::Time due);
    /// Returns the history with the failure in it. subject: of what was tried.
    History failed(const core::Ref& owner, const std::string& subject, core::Error error,
                   core::Instant now);
    /// For an owner that is gone: its breaker closes, too.
    void forget(const core::Ref& owner);

  private:
    struct Record {
        std::vector<core::Instant> issued;  ///< within the window, oldest first
        std::optional<core::Time> due;      ///< of the last one
        History history;
    };
    static void refresh(Record& record, core::Instant now);

    std::mutex mutex_;
    std::map<core::Ref, Record> records_;  ///< guarded by mutex_
};

}  // namespace stackseal::issuance
