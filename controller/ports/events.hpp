// SPDX-License-Identifier: Apache-2.0
// Events as kubectl describe shows them.
#pragma once

#include <string>

#include "controller/api/object.hpp"

namespace stackseal::ports {

/// Source: events.k8s.io/v1. Text holds no key, token or PEM.
struct Event {
    core::Ref regarding;
    std::string uid;
    bool warning = false;
    std::string reason;  ///< CamelCase
    std::string action;  ///< CamelCase verb: "Issue"
    std::string note;    ///< at most 1 kB
};

/// Any thread may call.
class Events {
  public:
    virtual ~Events() = default;
    /// Never blocks and never fails: aggregated, sent later, dropped on overflow.
    virtual void emit(Event event) = 0;
};

}  // namespace stackseal::ports
