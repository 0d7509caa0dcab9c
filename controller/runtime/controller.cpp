// SPDX-License-Identifier: Apache-2.0
// Key in, pass, verdict, key back; metrics and the log stand here and nowhere else.
#include "controller/runtime/controller.hpp"

#include <algorithm>
#include <cctype>
#include <exception>
#include <new>
#include <utility>

#include "controller/runtime/tracking_reader.hpp"

namespace stackseal::runtime {

namespace {

using std::chrono::milliseconds;

/// How often run_until_idle() looks for the end of a key order that wakes nobody.
constexpr milliseconds kGlance{20};

/// "certificate": the metrics' label, as controller-runtime names its controllers.
std::string label_of(core::Resource resource) {
    std::string label(core::traits(resource).kind);
    std::ranges::transform(label, label.begin(), [](unsigned char letter) {
        return static_cast<char>(std::tolower(letter));
    });
    return label;
}

core::Error unexpected(const core::Ref& key, std::string_view what) {
    return {core::Code::kInternal, "unexpected exception while reconciling " +
                                       core::to_string(key) + ": " + std::string(what) +
                                       "; report this as a bug"};
}

ports::Level level_of(core::Code code) {
    if (code == core::Code::kInternal) return ports::Level::kError;
    const bool quiet = code == core::Code::kConflict || code == core::Code::kCancelled;
    return quiet ? ports::Level::kDebug : ports::Level::kWarning;
}

}  // namespace

Controller::Controller(Reconcilers reconcilers, WorkQueue& queue, Outside outside,
                       std::function<std::size_t()> pending_orders)
    : reconcilers_(std::move(reconcilers)),
      queue_(queue),
      outside_(outside),
      pending_orders_(std::move(pending_orders)) {}

Controller::~Controller() {
    stop();
}

void Controller::connect(ports::Watcher& watcher) {
    watcher.watch([this](const ports::Change& change) { on_change(change); });
}

void Controller::on_change(const ports::Change& change) {
    const Priority priority = change.initial ? Priority::kInitial : Priority::kNormal;
    if (reconcilers_.contains(change.ref.resource)) queue_.add(change.ref, priority);
    if (api::differ_in_status_only(change.before, change.after)) return;
    for (const core::Ref& reader : dependencies_.readers_of(change.ref))
        queue_.add(reader, priority);
}

void Controller::start(unsigned workers) {
    for (const auto& [resource, reconciler] : reconcilers_)
        outside_.metrics.set("controller_runtime_max_concurrent_reconciles",
                             {{"controller", label_of(resource)}}, workers);
    for (unsigned i = 0; i < workers; ++i)
        workers_.emplace_back([this](const std::stop_token& stop) {
            while (const auto handed = queue_.get(stop)) handle(*handed);
        });
}

void Controller::stop() {
    queue_.shut_down();
    workers_.clear();
}

bool Controller::run_one() {
    const auto handed = queue_.try_get();
    if (handed) handle(*handed);
    return handed.has_value();
}

/// A key order may be placed while this looks, so the queue is asked before and after: if no key
/// was handed out between, nobody ordered, and an order that ended before had woken its owner.
bool Controller::idle(milliseconds within) {
    const std::uint64_t before = queue_.handed_out();
    if (!queue_.idle(within)) return false;
    if (pending_orders_ && pending_orders_() > 0) return false;
    return queue_.idle(within) && queue_.handed_out() == before;
}

bool Controller::run_until_idle(milliseconds patience, milliseconds within) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (true) {
        while (run_one()) {
            if (std::chrono::steady_clock::now() >= deadline) return false;
        }
        if (idle(within)) return true;
        if (std::chrono::steady_clock::now() >= deadline) return false;
        queue_.await_change(kGlance);
    }
}

void Controller::handle(const Handed& handed) {
    const DoneGuard done(queue_, handed.key);
    const milliseconds began = outside_.clock.monotonic();
    busy(handed.key, 1);
    const core::Result<core::Next> result = attempt(handed.key);
    busy(handed.key, -1);
    const Verdict verdict = judge(result, account(handed, result));
    count(handed.key, verdict, outside_.clock.monotonic() - began);
    if (verdict.after) queue_.add_after(handed.key, *verdict.after, handed.priority);
}

/// The only catch-all of the program. Memory that ran out is not survivable: a pod restarts in
/// seconds, half-broken state does not heal.
core::Result<core::Next> Controller::attempt(const core::Ref& key) {
    const auto found = reconcilers_.find(key.resource);
    if (found == reconcilers_.end()) return core::Next{};
    try {
        TrackingReader reader(outside_.reader, dependencies_, key);
        return found->second->reconcile(key, reader);
    } catch (const std::bad_alloc&) {
        std::terminate();
    } catch (const std::exception& failure) {
        outside_.metrics.count("controller_runtime_reconcile_panics_total",
                               {{"controller", label_of(key.resource)}});
        return unexpected(key, failure.what());
    } catch (...) {
        outside_.metrics.count("controller_runtime_reconcile_panics_total",
                               {{"controller", label_of(key.resource)}});
        return unexpected(key, "of unknown type");
    }
}

/// Keeps the count of failures in a row. Conflicts make a series of their own: one after a long
/// outage is retried at once.
Pass Controller::account(const Handed& handed, const core::Result<core::Next>& result) {
    Pass pass{handed.key, 0, outside_.clock.now()};
    std::optional<core::Error> last;
    {
        const std::lock_guard lock(mutex_);
        if (const auto it = last_errors_.find(handed.key); it != last_errors_.end())
            last = it->second;
        if (result)
            last_errors_.erase(handed.key);
        else
            last_errors_[handed.key] = result.error();
    }
    const auto is_conflict = [](const core::Error& e) { return e.code == core::Code::kConflict; };
    if (result || (last && is_conflict(*last) != is_conflict(result.error())))
        queue_.forget(handed.key);
    if (result) return pass;
    if (counts_as_failure(result.error().code)) pass.failures = queue_.failed(handed.key);
    if (!last || last->code != result.error().code || last->message != result.error().message)
        report(handed.key, result.error(), pass.failures);
    return pass;
}

void Controller::count(const core::Ref& key, const Verdict& verdict, milliseconds took) {
    if (verdict.outcome == Outcome::kDropped) return;
    const std::string label = label_of(key.resource);
    ports::Metrics& metrics = outside_.metrics;
    metrics.count("controller_runtime_reconcile_total",
                  {{"controller", label}, {"result", std::string(to_string(verdict.outcome))}});
    metrics.observe("controller_runtime_reconcile_time_seconds", {{"controller", label}},
                    std::chrono::duration<double>(took).count());
    if (verdict.outcome == Outcome::kError)
        metrics.count("controller_runtime_reconcile_errors_total", {{"controller", label}});
    if (verdict.terminal)
        metrics.count("controller_runtime_terminal_reconcile_errors_total",
                      {{"controller", label}});
}

void Controller::report(const core::Ref& key, const core::Error& error, int failures) {
    outside_.log.write(level_of(error.code), "Reconciliation failed",
                       {{"key", core::to_string(key)},
                        {"code", core::to_string(error.code)},
                        {"error", error.message},
                        {"failures", std::to_string(failures)}});
}

void Controller::busy(const core::Ref& key, int by) {
    int now = 0;
    {
        const std::lock_guard lock(mutex_);
        now = busy_[key.resource] += by;
    }
    outside_.metrics.set("controller_runtime_active_workers",
                         {{"controller", label_of(key.resource)}}, now);
}

}  // namespace stackseal::runtime
