// SPDX-License-Identifier: Apache-2.0
// Which given objects are to be applied when, and what of it is worth a line. Pure: time comes in.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "app/given_objects.hpp"
#include "controller/core/result.hpp"

namespace stackseal::app {

/// Times are monotonic.
class GivenSchedule {
  public:
    using Time = std::chrono::milliseconds;

    /// What the folder says by now. If that is news, all of it is due, also what was refused.
    /// Answers what the folder said before and says no more.
    std::vector<GivenObject> take(std::vector<GivenObject> objects, Time now);

    /// What is due, in the order of take().
    std::vector<GivenObject> due(Time now) const;

    /// What came of an apply: a failure is tried again as the retry policy says, within ten
    /// minutes. Answers whether it is news: a failure unlike the one before, but for a conflict, or
    /// the first success since either.
    bool note(const core::Ref& ref, const core::Result<void>& outcome, Time now);

    /// When something is due next; absent: nothing is.
    std::optional<Time> next() const;

  private:
    struct Row {
        GivenObject object;
        std::optional<Time> due;
        int failures = 0;
        bool told = false;   ///< that it is applied
        std::string reason;  ///< why it is not, as last told

        bool operator==(const Row&) const = default;
    };

    Row* find(const core::Ref& ref);

    std::vector<Row> rows_;
};

}  // namespace stackseal::app
