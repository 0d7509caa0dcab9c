// SPDX-License-Identifier: Apache-2.0
// What the runtime calls for a key.
#pragma once

#include "controller/core/next.hpp"
#include "controller/core/ref.hpp"
#include "controller/core/result.hpp"
#include "controller/ports/cluster.hpp"

namespace stackseal::ports {

/// Brings one object to its wanted state. Level-triggered: the key says which, never why.
class Reconciler {
  public:
    virtual ~Reconciler() = default;
    /// All reads of the pass go through reader, so that a change of what was read wakes the key.
    /// Never called for one key by two threads at once.
    virtual core::Result<core::Next> reconcile(const core::Ref& key, Reader& reader) = 0;
};

}  // namespace stackseal::ports
