// SPDX-License-Identifier: Apache-2.0
// The leader's lock as a Lease object.
#pragma once

#include <optional>
#include <string>

#include "controller/core/value.hpp"
#include "controller/kube/client.hpp"
#include "controller/ports/lease.hpp"

namespace stackseal::kube {

/// Source: coordination.k8s.io/v1. One thread. Give it a client over a transport of its own.
class KubeLease : public ports::Lease {
  public:
    /// space, name: of the Lease object, which is created by the first write.
    KubeLease(Client& client, std::string space, std::string name);

    core::Result<std::optional<ports::LeaseRecord>> read() override;
    core::Result<ports::LeaseRecord> write(const ports::LeaseRecord& record) override;

  private:
    core::Result<ports::LeaseRecord> keep(core::Value document);
    core::Value document_of(const ports::LeaseRecord& record) const;
    std::string path() const;

    Client& client_;
    std::string space_;
    std::string name_;
    core::Value last_;  ///< as last answered: what others put there is kept
};

/// Reads a Lease. Errors: kInvalid for times that are none.
core::Result<ports::LeaseRecord> parse_lease(const core::Value& document);

}  // namespace stackseal::kube
