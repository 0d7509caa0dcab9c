// SPDX-License-Identifier: Apache-2.0
// Every two seconds at most, so that a short run prints nothing.
#include "app/progress.hpp"

#include <cstdio>

#include "controller/api/names.hpp"

namespace stackseal::app {

namespace {

constexpr std::chrono::milliseconds kPause{2000};

bool is_ready(const api::Object& object) {
    const auto* held = std::get_if<api::Snapshot<api::Certificate>>(&object);
    if (held == nullptr || *held == nullptr) return false;
    const api::Condition* ready = api::find_condition((*held)->status.conditions, api::kReady);
    return ready != nullptr && ready->status == "True";
}

}  // namespace

void Progress::connect(ports::Watcher& watcher) {
    watcher.watch([this](const ports::Change& change) { on_change(change); });
}

void Progress::on_change(const ports::Change& change) {
    if (change.ref.resource != core::Resource::kCertificate) return;
    if (api::meta_of(change.before) == nullptr) ++wanted_;
    if (!is_ready(change.before) && is_ready(change.after)) ++ready_;
    const std::chrono::milliseconds now = clock_.monotonic();
    std::chrono::milliseconds last = last_.load();
    if (now - last < kPause || !last_.compare_exchange_strong(last, now)) return;
    std::fprintf(stderr, "stackseal: %zu of %zu certificates ready\n", ready_.load(),
                 wanted_.load());
}

}  // namespace stackseal::app
