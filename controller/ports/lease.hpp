// SPDX-License-Identifier: Apache-2.0
// A lock with an expiry, kept where all replicas see it.
#pragma once

#include <optional>
#include <string>

#include "controller/core/result.hpp"
#include "controller/core/time.hpp"

namespace stackseal::ports {

/// Source: coordination.k8s.io/v1 LeaseSpec.
struct LeaseRecord {
    std::string holder;  ///< "": released
    std::chrono::seconds duration{15};
    core::Instant acquired;
    core::Instant renewed;
    std::int64_t transitions = 0;
    std::string version;  ///< resourceVersion; "": does not exist yet

    bool operator==(const LeaseRecord&) const = default;
};

/// Used by one thread. Has its own connection, so that ordinary load cannot starve it.
class Lease {
  public:
    virtual ~Lease() = default;
    /// Absent: nobody ever held it.
    virtual core::Result<std::optional<LeaseRecord>> read() = 0;
    /// Writes if the record's version is still the current one (empty: creates).
    /// Errors: kConflict when another was first; kUnavailable.
    virtual core::Result<LeaseRecord> write(const LeaseRecord& record) = 0;
};

}  // namespace stackseal::ports
