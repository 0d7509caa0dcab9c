// SPDX-License-Identifier: Apache-2.0
// Keeps a copy of one resource up to date: list, watch, and again whatever happens.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "controller/api/object.hpp"
#include "controller/core/result.hpp"
#include "controller/core/value.hpp"
#include "controller/kube/client.hpp"
#include "controller/kube/requests.hpp"
#include "controller/kube/waiting.hpp"
#include "controller/kube/watch_event.hpp"
#include "controller/kube/watch_state.hpp"

namespace stackseal::kube {

/// The whole state of a query at one version.
struct Listing {
    std::vector<api::Object> objects;
    std::set<core::Ref> unreadable;  ///< listed, but not understood: not absent
    std::string version;
    bool initial = false;  ///< the first since the start
};

/// Where a reflector puts what it hears; called on its thread, one call at a time. An error makes
/// the reflector back off and read the whole state anew.
struct Sink {
    /// Reduces a document to what is kept. An error skips the object, with a line in the log.
    std::function<core::Result<api::Object>(const core::Value&)> arrive;
    std::function<core::Result<void>(Listing)> replace;
    std::function<core::Result<void>(api::Object)> changed;
    /// version: of the deletion.
    std::function<core::Result<void>(const core::Ref&, const std::string& version)> deleted;
};

/// How a reflector fares. Any thread may ask.
class Pulse {
  public:
    bool synced() const { return synced_; }
    /// What keeps it from watching now, or absent.
    std::optional<std::string> problem() const;
    /// Monotonic time of the last sign of life; absent: none yet.
    std::optional<std::chrono::milliseconds> last_event() const;

    void mark_synced() { synced_ = true; }
    /// True if it is another problem than before.
    bool set_problem(std::optional<std::string> problem);
    void beat(std::chrono::milliseconds now) { beat_ = now.count(); }

  private:
    std::atomic<bool> synced_ = false;
    std::atomic<std::int64_t> beat_ = -1;
    mutable std::mutex mutex_;
    std::optional<std::string> problem_;  ///< guarded by mutex_
};

/// What a reflector stands on; all outlive it.
struct ReflectorParts {
    Client& client;
    ports::Clock& clock;
    ports::Log& log;
    ports::Metrics& metrics;
    Pause pause = real_pause();
    Chance chance = real_chance();
    /// Called when synced or problem changed.
    std::function<void()> on_change = [] {};
};

/// One thread runs it; the pulse may be asked from any.
class Reflector {
  public:
    /// query: what is watched; sink: where it goes.
    Reflector(ReflectorParts parts, Query query, Sink sink);

    /// Until stop is asked for.
    void run(const std::stop_token& stop);
    std::shared_ptr<const Pulse> pulse() const { return pulse_; }
    const Query& query() const { return query_; }

  private:
    struct Ending;
    struct Stream;
    Ending perform(const Step& step, const std::stop_token& stop);
    Ending list(const std::stop_token& stop);
    std::optional<Ending> list_page(Listing& listing, std::string& token,
                                    const std::stop_token& stop);
    Ending stream(const Step& step, const std::stop_token& stop);
    void on_line(Stream& stream, std::string_view line);
    std::optional<Ending> take(Stream& stream, const WatchEvent& event);
    std::optional<Ending> take_initial(Stream& stream, const WatchEvent& event);
    core::Result<void> take_change(const WatchEvent& event);
    Ending end_of(const Stream& stream, const core::Result<ports::StreamEnd>& end) const;
    std::optional<Ending> finish(Listing listing);
    void collect(Listing& listing, const core::Value& document);
    std::optional<api::Object> understood(const core::Value& document);
    void tell(const Ending& ending);
    void set_problem(std::optional<std::string> problem);
    std::string resource_label() const;
    void count_event(EventType type);
    void count_restart(Outcome outcome);

    ReflectorParts parts_;
    Query query_;
    Sink sink_;
    WatchState state_;
    std::shared_ptr<Pulse> pulse_ = std::make_shared<Pulse>();
};

}  // namespace stackseal::kube
