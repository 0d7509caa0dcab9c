// SPDX-License-Identifier: Apache-2.0
// A status write's patch, and which of its fields the server did not keep.
#pragma once

#include <set>
#include <string>

#include "controller/api/object.hpp"
#include "controller/core/value.hpp"

namespace stackseal::kube {

/// Paths of members below status: "expires", "conditions[].observedGeneration".
using Paths = std::set<std::string>;

/// The status as the API has it; null for a kind without one.
core::Value status_of(const api::Object& object);

/// A status without the members at these paths.
core::Value without(core::Value status, const Paths& paths);

/// Paths of members that were sent and are not in the answer: an older CRD pruned them.
Paths lost(const core::Value& sent, const core::Value& answered);

/// The merge patch from before to after, less the members that the server does not keep; null if
/// nothing is left to write.
core::Value status_patch(const api::Object& before, const api::Object& after, const Paths& pruned);

}  // namespace stackseal::kube
