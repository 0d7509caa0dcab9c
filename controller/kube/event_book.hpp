// SPDX-License-Identifier: Apache-2.0
// Which events are sent, and which only counted: pure, times come in.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "controller/core/time.hpp"
#include "controller/core/value.hpp"
#include "controller/ports/events.hpp"

namespace stackseal::kube {

/// One event to be sent: created (count 1), or its series brought up to date.
struct EventWrite {
    ports::Event event;
    std::string name;   ///< the same for all writes of a series
    std::string space;  ///< "default" for a cluster-scoped object
    core::Instant first;
    core::Instant last;
    std::int64_t count = 1;  ///< over 1: a series

    bool operator==(const EventWrite& other) const;
};

/// The document for POST. instance: who reports, at most 128 characters.
core::Value event_document(const EventWrite& write, const std::string& instance);
/// The merge patch that brings a series up to date.
core::Value series_patch(const EventWrite& write);

/// Source: client-go tools/events: the first is created, the second within six minutes is patched
/// in, later ones are counted; a series is refreshed after 30 min and closed after six of silence.
class EventBook {
  public:
    /// An event happened: what to send for it, at most one.
    std::vector<EventWrite> note(const ports::Event& event, core::Instant now);
    /// What is to be sent by now without a new event.
    std::vector<EventWrite> due(core::Instant now);
    std::size_t size() const { return series_.size(); }  ///< open series

  private:
    using Key = std::tuple<core::Ref, std::string, bool, std::string, std::string>;
    struct Series {
        EventWrite write;
        core::Instant sent;
        std::int64_t sent_count = 1;
    };
    std::vector<EventWrite> open(const Key& key, const ports::Event& event, core::Instant now);

    std::map<Key, Series> series_;
    std::int64_t ordinal_ = 0;
};

}  // namespace stackseal::kube
