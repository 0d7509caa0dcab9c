// SPDX-License-Identifier: Apache-2.0
// The next action for a Certificate, and the status that says where it stands. Pure.
#pragma once

#include <optional>
#include <variant>

#include "controller/api/certificate.hpp"
#include "controller/core/next.hpp"
#include "reconcilers/issuance/observed.hpp"

namespace stackseal::certificate {

/// What gather() read, with the answers of the actions since then folded in.
struct Observed {
    api::Snapshot<api::Certificate> certificate;  ///< null: absent, nothing to do
    issuance::Observed issuance;
    std::optional<core::Error> refusal;
};

/// Write the status.
struct Record {
    api::CertificateStatus status;

    bool operator==(const Record&) const = default;
};

using Action = std::variant<issuance::TakeKey, issuance::Issue, issuance::Amend, Record>;

/// No action: the world is as planned, and next says when to look again.
struct Plan {
    std::optional<Action> action;
    core::Next next;
};

/// The Secret first, the status last. A Certificate that is absent or being deleted plans nothing;
/// waiting for something is told in the status only after a short while.
Plan plan(const Observed& observed, core::Instant now);

}  // namespace stackseal::certificate
