// SPDX-License-Identifier: Apache-2.0
// Every write comes back as an answer and as an echo of the watch; it is looked into once.
#pragma once

#include "controller/api/object.hpp"
#include "controller/core/result.hpp"
#include "controller/core/value.hpp"
#include "controller/pki/inspect.hpp"
#include "controller/store/store.hpp"

namespace stackseal::kube {

/// The way of documents into the store; one for all who write there. Any thread may call.
class Intake {
  public:
    /// Both outlive it.
    Intake(store::Store& store, pki::Inspector& inspector) : store_(store), inspector_(inspector) {}

    /// The object of a document; if the store holds this very version, the one that it holds.
    /// Errors: those of decode_object.
    core::Result<api::Object> object(core::Resource resource, const core::Value& document);

    store::Store& store() { return store_; }

  private:
    store::Store& store_;
    pki::Inspector& inspector_;
};

}  // namespace stackseal::kube
