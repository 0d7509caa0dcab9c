// SPDX-License-Identifier: Apache-2.0
// A reconciler is its gather, plan and apply, joined by settle.
#pragma once

#include "controller/ports/reconciler.hpp"
#include "controller/runtime/settle.hpp"
#include "reconcilers/issuance/environment.hpp"

namespace stackseal::app {

/// Kind names the three functions of a reconciler's folder.
template <class Kind>
class Settled : public ports::Reconciler {
  public:
    explicit Settled(const issuance::Environment& env) : env_(env) {}

    core::Result<core::Next> reconcile(const core::Ref& key, ports::Reader& reader) override {
        STACKSEAL_TRY(auto observed, Kind::gather(key, reader, env_));
        return runtime::settle(std::move(observed), env_.clock.now(), Kind::plan,
                               [&](const auto& action, auto& seen) {
                                   return Kind::apply(action, seen, reader, env_);
                               });
    }

  private:
    const issuance::Environment& env_;
};

}  // namespace stackseal::app
