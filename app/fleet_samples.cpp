// SPDX-License-Identifier: Apache-2.0
// Judged as the alerts judge a single Certificate, for where the single ones are not shown.
#include "app/fleet_samples.hpp"

#include <array>
#include <map>
#include <string>

#include "controller/api/names.hpp"

namespace stackseal::app {

namespace {

constexpr std::array<std::string_view, 6> kStates = {"expired", "expiring",  "renewal_missed",
                                                     "failing", "not_ready", "ready"};
/// Of the time between the planned renewal and the end.
constexpr double kExpiring = 0.3;
constexpr int kFailing = 3;

/// What is left of the time between the planned renewal and the end: 1 at the renewal, 0 at the
/// end. Without both nothing is late.
double window_left(const api::CertificateStatus& status, core::Time now) {
    if (!status.not_after || !status.renewal_time) return 1;
    const auto window = *status.not_after - *status.renewal_time;
    const auto left = *status.not_after - now;
    if (window.count() <= 0) return left.count() > 0 ? 1 : 0;
    return static_cast<double>(left.count()) / static_cast<double>(window.count());
}

}  // namespace

std::string_view fleet_state(const api::Certificate& certificate, core::Time now) {
    const api::CertificateStatus& status = certificate.status;
    const double left = window_left(status, now);
    if (left <= 0) return "expired";
    if (left <= kExpiring) return "expiring";
    if (left < 1) return "renewal_missed";
    if (status.failed_attempts >= kFailing) return "failing";
    const api::Condition* ready = api::find_condition(status.conditions, api::kReady);
    return ready != nullptr && ready->status == "True" ? "ready" : "not_ready";
}

void show_fleet(ports::Reader& reader, core::Time now, const ports::Show& show) {
    const auto objects = reader.select({core::Resource::kCertificate, ""});
    if (!objects) return;
    std::map<std::string, std::map<std::string_view, int>> counts;
    for (const api::Object& object : *objects) {
        const auto& certificate = *std::get<api::Snapshot<api::Certificate>>(object);
        ++counts[certificate.meta.space][fleet_state(certificate, now)];
    }
    for (auto& [space, states] : counts)
        for (const std::string_view state : kStates)
            show({"stackseal_certificates",
                  {{"namespace", space}, {"state", std::string(state)}},
                  static_cast<double>(states[state])});
}

}  // namespace stackseal::app
