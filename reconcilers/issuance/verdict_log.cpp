// SPDX-License-Identifier: Apache-2.0
// A certificate that is valid but cannot be renewed is Ready, with the reason why it cannot.
#include "reconcilers/issuance/verdict_log.hpp"

#include "controller/api/names.hpp"
#include "controller/core/reason.hpp"

namespace stackseal::issuance {

namespace {

bool same(const api::Condition* before, const api::Condition& after) {
    return before != nullptr && before->status == after.status && before->reason == after.reason &&
           before->message == after.message;
}

}  // namespace

void log_verdict(ports::Log& log, const core::Ref& object,
                 const std::vector<api::Condition>& before,
                 const std::vector<api::Condition>& after) {
    const api::Condition* now = api::find_condition(after, api::kReady);
    if (now == nullptr || now->reason == core::reason::kReady) return;
    if (same(api::find_condition(before, api::kReady), *now)) return;
    log.warn("held up", {{"object", core::to_string(object)},
                         {"ready", now->status},
                         {"reason", now->reason},
                         {"message", now->message}});
}

}  // namespace stackseal::issuance
