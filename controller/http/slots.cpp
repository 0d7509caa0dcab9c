// SPDX-License-Identifier: Apache-2.0
// A semaphore whose wait ends by a deadline and by a stop token; std's has no stop token.
#include "controller/http/slots.hpp"

namespace stackseal::http {

Slots::Slots(std::size_t count) : state_(std::make_shared<State>()) {
    state_->free = count;
}

std::optional<Slots::Place> Slots::take(std::chrono::steady_clock::time_point until,
                                        const std::stop_token& stop) {
    std::unique_lock lock(state_->mutex);
    // The wait below says yes to a free place even when nobody may use it any more.
    if (stop.stop_requested() || std::chrono::steady_clock::now() >= until) return std::nullopt;
    const auto is_free = [&] { return state_->free > 0; };
    if (!state_->changed.wait_until(lock, stop, until, is_free)) return std::nullopt;
    --state_->free;
    return Place(state_.get(), [state = state_](State*) {
        const std::lock_guard held(state->mutex);
        ++state->free;
        state->changed.notify_one();
    });
}

}  // namespace stackseal::http
