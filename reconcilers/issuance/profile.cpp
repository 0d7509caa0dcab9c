// SPDX-License-Identifier: Apache-2.0
// Usages and validity of the next certificate.
#include "reconcilers/issuance/profile.hpp"

#include <algorithm>

namespace stackseal::issuance {

namespace {

using core::Usage;

std::vector<Usage> needed_key_usages(bool is_ca, core::KeyAlgorithm algorithm) {
    if (is_ca) return {Usage::kCertSign, Usage::kCrlSign};
    // libvirt, QEMU and NSS refuse an RSA server without keyEncipherment; RFC 8813 forbids it for
    // EC.
    if (algorithm == core::KeyAlgorithm::kRsa)
        return {Usage::kDigitalSignature, Usage::kKeyEncipherment};
    return {Usage::kDigitalSignature};
}

void sort_unique(std::vector<Usage>& usages) {
    std::ranges::sort(usages);
    const auto rest = std::ranges::unique(usages);
    usages.erase(rest.begin(), rest.end());
}

std::chrono::seconds backdating(const Demand& demand, std::chrono::seconds duration) {
    const std::chrono::seconds most = demand.is_ca ? std::chrono::hours(24) : std::chrono::hours(1);
    return std::min(most, duration / 10);
}

}  // namespace

std::vector<Usage> effective_usages(const Demand& demand, core::KeyAlgorithm algorithm) {
    std::vector<Usage> usages = demand.usages;
    if (usages.empty() && !demand.is_ca) usages.push_back(Usage::kServerAuth);
    const bool names_key_usage =
        std::ranges::any_of(usages, [](Usage usage) { return !core::is_extended(usage); });
    if (!names_key_usage || demand.is_ca)
        std::ranges::copy(needed_key_usages(demand.is_ca, algorithm), std::back_inserter(usages));
    sort_unique(usages);
    return usages;
}

std::optional<core::Time> chain_end(const Observed& observed) {
    if (!observed.signer || observed.signer->pair.chain.empty()) return std::nullopt;
    return std::ranges::min(observed.signer->pair.chain, {}, &core::CertificateFacts::not_after)
        .not_after;
}

core::Profile make_profile(const Observed& observed, core::KeyAlgorithm algorithm, core::Time now) {
    const Demand& demand = observed.demand;
    const std::chrono::seconds duration = demand.duration.value_or(demand.default_duration);
    core::Profile profile{.subject = demand.subject,
                          .names = demand.names,
                          .is_ca = demand.is_ca,
                          .max_path_len = demand.max_path_len,
                          .usages = effective_usages(demand, algorithm),
                          .not_before = now - backdating(demand, duration)};
    if (const auto end = chain_end(observed))
        profile.not_before =
            std::max(profile.not_before, observed.signer->pair.chain.front().not_before);
    profile.not_after = profile.not_before + duration;
    if (const auto end = chain_end(observed)) profile.not_after = std::min(profile.not_after, *end);
    return profile;
}

}  // namespace stackseal::issuance
