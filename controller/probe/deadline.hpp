// SPDX-License-Identifier: Apache-2.0
// One deadline for all the steps of a probe.
#pragma once

#include <chrono>
#include <cstddef>

namespace stackseal::probe {

/// A point in monotonic time that the process fixes when it begins.
class Deadline {
  public:
    /// Zero or less: it has passed.
    explicit Deadline(std::chrono::milliseconds from_now);

    /// What is left; zero when it has passed.
    std::chrono::milliseconds left() const;
    /// An equal share of what is left, for the first of that many tries.
    Deadline share(std::size_t tries) const;

  private:
    std::chrono::steady_clock::time_point end_;
};

}  // namespace stackseal::probe
