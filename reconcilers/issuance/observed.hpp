// SPDX-License-Identifier: Apache-2.0
// What was gathered for one Secret, and the one step that follows from it.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "controller/api/object.hpp"
#include "controller/core/next.hpp"
#include "controller/core/reason.hpp"
#include "reconcilers/issuance/demand.hpp"

namespace stackseal::issuance {

/// How an owner's attempts went lately; kept in memory only.
struct History {
    std::string subject;       ///< a digest of what is asked for; "" is not known, and fits all
    int recent_issuances = 0;  ///< within the breaker's window
    std::optional<core::Instant> breaker_until;
    int failures = 0;  ///< in a row, for the demand as it stands
    std::optional<core::Instant> last_failure;
    std::optional<core::Instant> next_attempt;
    std::optional<core::Error> error;  ///< of the last failure

    bool operator==(const History&) const = default;
};

/// Why nothing can be done now.
struct Halt {
    core::Reason reason;
    std::string message;
    bool waiting = false;                ///< something is expected to come: silent for a while
    std::optional<core::Instant> until;  ///< look again then; absent: when what was read changes

    bool operator==(const Halt&) const = default;
};

/// The snapshot that decide() decides on.
struct Observed {
    Demand demand;
    api::Snapshot<api::SecretFacts> secret;  ///< null: absent
    api::Snapshot<api::SecretFacts> signer;  ///< null: absent, or none is needed
    core::KeyOrder key;
    History history;
    std::int64_t last_revision = 0;  ///< from the owner's status: used when the Secret is gone
    std::optional<core::ClockSkew> clock_skew;  ///< if known
    std::optional<Halt> obstacle;  ///< found while gathering: issuer absent, spec refused, …
    std::optional<core::Error> refusal;  ///< of the last action
};

/// Order a private key.
struct TakeKey {
    core::KeySpec spec;

    bool operator==(const TakeKey&) const = default;
};

/// Sign and write the Secret.
struct Issue {
    core::Reason reason;
    std::string message;  ///< why, for a human
    core::Profile profile;
    std::int64_t revision = 0;
    bool reuse_key = false;  ///< rotationPolicy Never: the stored key is used again
    bool first = false;      ///< never issued before: no event

    bool operator==(const Issue&) const = default;
};

/// Restore labels, annotations or ca.crt of a Secret whose certificate is good.
struct Amend {
    bool bundle = false;  ///< ca.crt, too

    bool operator==(const Amend&) const = default;
};

/// The Secret is as it should be, until then.
struct Good {
    core::Time renew_at;

    bool operator==(const Good&) const = default;
};

using Step = std::variant<TakeKey, Issue, Amend, Halt, Good>;

}  // namespace stackseal::issuance
