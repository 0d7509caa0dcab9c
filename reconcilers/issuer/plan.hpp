// SPDX-License-Identifier: Apache-2.0
// The next action for an Issuer, and the status that says where it stands. Pure.
#pragma once

#include <optional>
#include <variant>

#include "controller/api/issuer.hpp"
#include "controller/core/next.hpp"
#include "reconcilers/issuance/observed.hpp"

namespace stackseal::issuer {

/// What gather() read, with the answers of the actions since then folded in.
struct Observed {
    api::Snapshot<api::Issuer> issuer;            ///< null: absent, nothing to do
    std::optional<issuance::Halt> obstacle;       ///< the spec is invalid, a read is forbidden
    api::Snapshot<api::SecretFacts> ca;           ///< of ca.secretName; null: absent
    std::optional<issuance::Observed> authority;  ///< for kind authority
    bool key_is_known = false;  ///< somebody holds a certificate of this authority
    std::optional<core::Error> refusal;
};

/// Write the status.
struct Record {
    api::IssuerStatus status;

    bool operator==(const Record&) const = default;
};

using Action = std::variant<issuance::TakeKey, issuance::Issue, Record>;

/// No action: the world is as planned, and next says when to look again.
struct Plan {
    std::optional<Action> action;
    core::Next next;
};

/// The authority's Secret first, the status last. An Issuer that is absent or being deleted plans
/// nothing; waiting for something is told in the status only after a short while.
Plan plan(const Observed& observed, core::Instant now);

}  // namespace stackseal::issuer
