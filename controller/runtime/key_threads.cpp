// SPDX-License-Identifier: Apache-2.0
// Orders, the fair line before the threads, and the threads.
#include "controller/runtime/key_threads.hpp"

#include <algorithm>
#include <utility>

namespace stackseal::runtime {

namespace {

bool is_slow(const core::KeySpec& spec) {
    return spec.algorithm == core::KeyAlgorithm::kRsa;
}

/// The answer to an order, as it stands once the key was made or failed.
core::KeyOrder answered(core::KeyOrder order, core::Result<core::PrivateKey> made) {
    if (made) {
        order.key = std::make_shared<const core::PrivateKey>(*std::move(made));
    } else {
        order.failure = std::move(made).error();
    }
    return order;
}

}  // namespace

void FairLine::push(const core::Ref& owner) {
    spaces_[owner.space].push_back(owner);
}

void FairLine::remove(const core::Ref& owner) {
    const auto it = spaces_.find(owner.space);
    if (it == spaces_.end()) return;
    std::erase(it->second, owner);
    if (it->second.empty()) spaces_.erase(it);
}

std::optional<core::Ref> FairLine::pop() {
    if (spaces_.empty()) return std::nullopt;
    auto it = spaces_.upper_bound(last_);
    if (it == spaces_.end()) it = spaces_.begin();
    core::Ref next = std::move(it->second.front());
    it->second.pop_front();
    last_ = it->first;
    if (it->second.empty()) spaces_.erase(it);
    return next;
}

std::size_t FairLine::size() const {
    std::size_t waiting = 0;
    for (const auto& [space, owners] : spaces_) waiting += owners.size();
    return waiting;
}

KeyThreads::KeyThreads(KeyGenerator generate, std::function<void(const core::Ref&)> wake,
                       ports::Clock& clock, unsigned threads)
    : generate_(std::move(generate)), wake_(std::move(wake)), clock_(clock) {
    for (unsigned i = 0; i < std::max(threads, 1U); ++i)
        threads_.emplace_back([this](std::stop_token stop) { work(std::move(stop)); });
}

// All are told before the first is joined: their last keys are finished side by side.
KeyThreads::~KeyThreads() {
    request_stop();
}

void KeyThreads::request_stop() {
    for (std::jthread& thread : threads_) thread.request_stop();
}

core::KeyOrder KeyThreads::order(const core::Ref& owner, const core::KeySpec& spec) {
    {
        const std::lock_guard lock(mutex_);
        const auto held = orders_.find(owner);
        if (held != orders_.end() && held->second.spec == spec) return held->second.answer;
        line_.remove(owner);
        if (is_slow(spec)) {
            Order& fresh = orders_[owner] = {spec, {nullptr, clock_.now(), std::nullopt}};
            queue_up(owner);
            return fresh.answer;
        }
    }
    return order_fast(owner, spec);
}

core::KeyOrder KeyThreads::order_fast(const core::Ref& owner, const core::KeySpec& spec) {
    core::KeyOrder made = answered({nullptr, clock_.now(), std::nullopt}, generate_(spec));
    const std::lock_guard lock(mutex_);
    const auto held = orders_.find(owner);
    if (held != orders_.end() && held->second.spec == spec) return held->second.answer;
    return (orders_[owner] = {spec, std::move(made)}).answer;
}

/// Call with mutex_ held. An owner whose other key is in the making waits for its end.
void KeyThreads::queue_up(const core::Ref& owner) {
    if (making_.contains(owner)) return;
    line_.push(owner);
    changed_.notify_one();
}

void KeyThreads::forget(const core::Ref& owner) {
    const std::lock_guard lock(mutex_);
    orders_.erase(owner);
    line_.remove(owner);
}

std::size_t KeyThreads::pending() {
    const std::lock_guard lock(mutex_);
    return line_.size() + making_.size();
}

void KeyThreads::work(std::stop_token stop) {
    while (const auto job = begin(stop)) {
        const auto& [owner, spec] = *job;
        if (deliver(owner, spec, generate_(spec))) wake_(owner);
        finish(owner);
    }
}

std::optional<std::pair<core::Ref, core::KeySpec>> KeyThreads::begin(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, stop, [&] { return line_.size() > 0; });
    if (stop.stop_requested()) return std::nullopt;
    const core::Ref owner = *line_.pop();
    making_.insert(owner);
    return std::pair(owner, orders_.at(owner).spec);
}

/// Puts the key into its order. False: the order is gone or wants another key by now.
bool KeyThreads::deliver(const core::Ref& owner, const core::KeySpec& spec,
                         core::Result<core::PrivateKey> made) {
    const std::lock_guard lock(mutex_);
    const auto held = orders_.find(owner);
    if (held == orders_.end() || held->second.spec != spec) return false;
    held->second.answer = answered(std::move(held->second.answer), std::move(made));
    return true;
}

/// The key's maker is free; if the owner wants another key by now, that one lines up.
void KeyThreads::finish(const core::Ref& owner) {
    const std::lock_guard lock(mutex_);
    making_.erase(owner);
    const auto held = orders_.find(owner);
    if (held == orders_.end()) return;
    const core::KeyOrder& answer = held->second.answer;
    if (!answer.ready() && !answer.failure) queue_up(owner);
}

}  // namespace stackseal::runtime
