// SPDX-License-Identifier: Apache-2.0
// Nothing tells that a right was granted; which namespaces are served does not change.
#include "reconcilers/issuance/rights.hpp"

namespace stackseal::issuance {

namespace {

constexpr std::chrono::minutes kAskAgain{1};

}  // namespace

Halt unreadable(const core::Error& denied) {
    const bool unserved =
        denied.message.find(core::reason::kNamespaceNotServed) != std::string::npos;
    return {unserved ? core::reason::kNamespaceNotServed : core::reason::kForbidden,
            denied.message};
}

std::optional<core::Instant> next_look(core::Reason reason, std::optional<core::Instant> until,
                                       core::Instant now) {
    if (until || reason != core::reason::kForbidden) return until;
    return now + kAskAgain;
}

}  // namespace stackseal::issuance
