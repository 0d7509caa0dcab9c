// SPDX-License-Identifier: Apache-2.0
// The two documents that write a Secret: a new one, and a change of one that was read.
#pragma once

#include "controller/core/value.hpp"
#include "controller/ports/cluster.hpp"

namespace stackseal::kube {

/// For POST. Holds key material: short-lived.
core::Value new_secret(const ports::ApplySecret& apply);

/// For a merge patch: what the body names, null for the labels and annotations that are dropped,
/// and the expected version. Type and immutability stay as they are: the API lets nobody change
/// them.
core::Value secret_patch(const ports::ApplySecret& apply);

}  // namespace stackseal::kube
