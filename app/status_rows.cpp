// SPDX-License-Identifier: Apache-2.0
// The conditions say what the operator knew; the dates say whether it still holds.
#include "app/status_rows.hpp"

#include <algorithm>
#include <chrono>
#include <tuple>

#include "controller/api/codec.hpp"
#include "controller/api/names.hpp"
#include "controller/api/object.hpp"
#include "controller/core/concat.hpp"
#include "controller/core/reason.hpp"

namespace stackseal::app {

namespace {

using core::Time;
using std::chrono::seconds;

constexpr seconds kPatience = std::chrono::minutes(30);

Standing pending(Standing one, std::string_view why) {
    one.state = "Pending";
    one.why = why;
    return one;
}

/// A state directory keeps no generation.
bool is_of_earlier_spec(const api::Condition& ready, const api::Meta& meta) {
    return meta.generation != 0 && ready.observed_generation != meta.generation;
}

Standing reported(const api::Meta& meta, const std::vector<api::Condition>& conditions) {
    Standing one;
    one.ref.space = meta.space;
    one.ref.name = meta.name;
    const api::Condition* ready = api::find_condition(conditions, api::kReady);
    if (ready == nullptr)
        return pending(std::move(one), "not looked at yet: does the operator run?");
    if (is_of_earlier_spec(*ready, meta)) return pending(std::move(one), kNotDoneYet);
    one.good = ready->status == "True";
    one.state = ready->reason;
    if (ready->reason != core::reason::kReady) one.why = ready->message;
    return one;
}

Standing found_bad(Standing one, std::string state, std::string why) {
    one.good = false;
    one.state = std::move(state);
    // What the operator last said is the likely cause.
    one.why = one.why.empty() ? std::move(why) : core::concat(why, "; ", one.why);
    return one;
}

bool is_missed(Time renewal, Time not_after, Time now) {
    return now > renewal + std::min<seconds>(kPatience, (not_after - renewal) / 10);
}

Standing with_dates(Standing one, Time now) {
    if (one.not_after && *one.not_after <= now)
        return found_bad(std::move(one), "Expired", "whoever verifies it refuses it now");
    const std::string missed = one.why.empty()
                                   ? "it was due and was not renewed: does the operator run?"
                                   : "it was due and was not renewed";
    if (one.good && one.renewal && one.not_after && is_missed(*one.renewal, *one.not_after, now))
        return found_bad(std::move(one), "RenewalMissed", missed);
    return one;
}

auto urgency(const Standing& one) {
    return std::tuple(one.good, one.not_after.value_or(Time::max()), one.ref);
}

template <class T>
void add(const core::Value& document, Time now, std::vector<Standing>& all) {
    if (document.text_at({"kind"}) != core::traits(api::kResourceOf<T>).kind) return;
    // What a newer version of the API says beyond what is known here changes no date.
    all.push_back(standing_of(api::decode<T>(document).value, now));
}

}  // namespace

Standing standing_of(const api::Certificate& certificate, Time now) {
    Standing one = reported(certificate.meta, certificate.status.conditions);
    one.ref.resource = core::Resource::kCertificate;
    one.not_after = certificate.status.not_after;
    one.renewal = certificate.status.renewal_time;
    if (!one.good) one.next_attempt = certificate.status.next_attempt;
    return with_dates(std::move(one), now);
}

Standing standing_of(const api::Issuer& issuer, Time now) {
    Standing one = reported(issuer.meta, issuer.status.conditions);
    one.ref.resource = core::Resource::kIssuer;
    one.not_after = issuer.status.not_after;
    return with_dates(std::move(one), now);
}

std::vector<Standing> standings(const std::vector<core::Value>& documents, Time now) {
    std::vector<Standing> all;
    for (const core::Value& document : documents) {
        add<api::Issuer>(document, now, all);
        add<api::Certificate>(document, now, all);
    }
    std::sort(all.begin(), all.end(), [](const Standing& left, const Standing& right) {
        return urgency(left) < urgency(right);
    });
    return all;
}

}  // namespace stackseal::app
