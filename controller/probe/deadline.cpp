// SPDX-License-Identifier: Apache-2.0
// Monotonic arithmetic for a probe's deadline.
#include "controller/probe/deadline.hpp"

#include <algorithm>

namespace stackseal::probe {

Deadline::Deadline(std::chrono::milliseconds from_now)
    : end_(std::chrono::steady_clock::now() + from_now) {}

std::chrono::milliseconds Deadline::left() const {
    using std::chrono::milliseconds;
    const auto left = std::chrono::ceil<milliseconds>(end_ - std::chrono::steady_clock::now());
    return std::max(left, milliseconds(0));
}

Deadline Deadline::share(std::size_t tries) const {
    return Deadline(left() / static_cast<std::int64_t>(tries));
}

}  // namespace stackseal::probe
