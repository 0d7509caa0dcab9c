// SPDX-License-Identifier: Apache-2.0
// What a write makes of a Secret: the API server's rules for creation, merge patch and
// immutability.
#pragma once

#include "controller/core/result.hpp"
#include "controller/ports/cluster.hpp"

namespace stackseal::local {

/// The Secret as it will stand. held is null if there is none. A change sets what the body names,
/// removes what is named as dropped, and leaves the rest, type and immutability included.
/// Errors: kConflict for a taken name, a stale version or a Secret that is gone; kInvalid for bad
/// names, over 1 MiB, a kubernetes.io/tls Secret without its two keys, and changed data of an
/// immutable Secret.
core::Result<api::Secret> merge(const api::Secret* held, const ports::ApplySecret& wanted);

/// True if a write of `to` over `from` would change nothing.
bool same_content(const api::Secret& from, const api::Secret& to);

}  // namespace stackseal::local
