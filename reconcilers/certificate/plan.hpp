// SPDX-License-Identifier: Apache-2.0
// The next action for a Certificate, and the status that says where it stands. Pure.
#pragma once

#include <optional>
#include <variant>

#include "controller/api/certificate.hpp"
#include "controller/core/next.hpp"
#include "reconcilers/issuance/observed.hpp"

namespace stackseal::certificate {

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

struct Plan {
    std::optional<Action> action;
    core::Next next;
};

Plan plan(const Observed& observed, core::Instant now);

}  // namespace stackseal::certificate
