// SPDX-License-Identifier: Apache-2.0
// One frame of a watch stream, read.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "controller/core/ref.hpp"
#include "controller/core/result.hpp"
#include "controller/core/value.hpp"

namespace stackseal::kube {

/// Source: metav1.WatchEvent.
enum class EventType : std::uint8_t { kAdded, kModified, kDeleted, kBookmark, kError };

/// "ADDED", "BOOKMARK", …
std::string to_string(EventType type);

/// One frame: what happened to which object.
struct WatchEvent {
    EventType type = EventType::kAdded;
    core::Value object;  ///< of kError: a Status
};

/// Errors: kInvalid for what is no frame, has an unknown type or no object.
core::Result<WatchEvent> parse_event(std::string_view line);

/// metadata.resourceVersion, or "".
std::string version_of(const core::Value& object);
/// The name that an object's metadata gives it.
core::Ref ref_of(core::Resource resource, const core::Value& object);
/// True for the bookmark that ends the initial part of a WatchList stream.
bool ends_initial_events(const core::Value& bookmark);

}  // namespace stackseal::kube
