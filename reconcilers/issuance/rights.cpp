// SPDX-License-Identifier: Apache-2.0
// Nothing tells that a right was granted; which namespaces are served does not change.
#include "reconcilers/issuance/rights.hpp"

namespace stackseal::issuance {

namespace {

constexpr std::chrono::minutes kAskAgain{1};

}  // namespace

std::optional<Halt> unreadable(const core::Error& error) {
    if (error.code == core::Code::kNotServed)
        return Halt{core::reason::kNamespaceNotServed, error.message};
    if (error.code == core::Code::kDenied) return Halt{core::reason::kForbidden, error.message};
    return std::nullopt;
}

std::optional<core::Instant> next_look(core::Reason reason, std::optional<core::Instant> until,
                                       core::Instant now) {
    if (until || reason != core::reason::kForbidden) return until;
    return now + kAskAgain;
}

}  // namespace stackseal::issuance
