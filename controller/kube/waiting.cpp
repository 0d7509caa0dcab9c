// SPDX-License-Identifier: Apache-2.0
// The real sleep, which ends at once on stop, and the real dice.
#include "controller/kube/waiting.hpp"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <random>

namespace stackseal::kube {

Pause real_pause() {
    return [](std::chrono::milliseconds time, const std::stop_token& stop) {
        std::mutex mutex;
        std::condition_variable_any never;
        std::unique_lock lock(mutex);
        never.wait_for(lock, stop, time, [] { return false; });
        return !stop.stop_requested();
    };
}

Chance real_chance() {
    struct Dice {
        std::mutex mutex;
        std::mt19937_64 engine{std::random_device{}()};
    };
    return [dice = std::make_shared<Dice>()] {
        const std::lock_guard lock(dice->mutex);
        return std::uniform_real_distribution<double>(0, 1)(dice->engine);
    };
}

}  // namespace stackseal::kube
