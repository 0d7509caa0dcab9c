// SPDX-License-Identifier: Apache-2.0
// Private keys, made off the workers' threads where they are slow.
#pragma once

#include "controller/core/next.hpp"
#include "controller/core/ref.hpp"
#include "controller/core/x509.hpp"

namespace stackseal::ports {

/// Any thread may call. Orders live in memory only: after a restart they are made anew.
class KeyFactory {
  public:
    virtual ~KeyFactory() = default;
    /// The order of an owner for a kind of key. The same answer until forget(); another spec
    /// replaces the order. Fast keys are ready at once; the owner's key is woken when a slow one
    /// is.
    virtual core::KeyOrder order(const core::Ref& owner, const core::KeySpec& spec) = 0;
    /// Drops the order, once its key is stored or no longer wanted.
    virtual void forget(const core::Ref& owner) = 0;
};

}  // namespace stackseal::ports
