// SPDX-License-Identifier: Apache-2.0
// Sleeping and chance, injected, so that tests of retries neither wait nor vary.
#pragma once

#include <chrono>
#include <functional>
#include <stop_token>

namespace stackseal::kube {

/// Waits so long. False: stop was asked for, the wait was cut short.
using Pause = std::function<bool(std::chrono::milliseconds, const std::stop_token&)>;
/// A number in [0, 1). Any thread may call.
using Chance = std::function<double()>;

/// Waits by the machine's steady clock; stop wakes it.
Pause real_pause();
/// Seeded from the system.
Chance real_chance();

}  // namespace stackseal::kube
