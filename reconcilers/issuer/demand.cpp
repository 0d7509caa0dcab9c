// SPDX-License-Identifier: Apache-2.0
// Field by field.
#include "reconcilers/issuer/demand.hpp"

#include <algorithm>

#include "controller/api/names.hpp"
#include "controller/core/concat.hpp"

namespace stackseal::issuer {

namespace {

constexpr std::int64_t kGeneration = 1;
constexpr std::chrono::hours kRootLife{24 * 365 * 10};
constexpr std::chrono::hours kIntermediateLife{24 * 365 * 5};

core::Subject subject_of(const api::Authority& authority) {
    const api::SubjectSpec& spec = authority.subject;
    return {.common_name = core::concat(authority.common_name, " G", kGeneration),
            .countries = spec.countries,
            .provinces = spec.provinces,
            .localities = spec.localities,
            .street_addresses = spec.street_addresses,
            .postal_codes = spec.postal_codes,
            .organizations = spec.organizations,
            .organizational_units = spec.organizational_units,
            .serial_number = spec.serial_number};
}

std::vector<core::Usage> usages_of(const api::Issuer& issuer, bool root) {
    std::vector<core::Usage> usages{core::Usage::kCertSign, core::Usage::kCrlSign};
    if (root) return usages;
    std::ranges::copy_if(issuer.spec.allow.usages, std::back_inserter(usages), core::is_extended);
    if (usages.size() == 2) {
        usages.push_back(core::Usage::kServerAuth);
        usages.push_back(core::Usage::kClientAuth);
    }
    return usages;
}

issuance::KeyDemand key_of(const api::PrivateKeySpec& spec, bool root) {
    return {.algorithm = spec.algorithm,
            .size = spec.size,
            .encoding = spec.encoding,
            .rotate = true,
            .usual = {core::KeyAlgorithm::kEcdsa, root ? 384 : 256}};
}

std::optional<int> path_len_of(const api::Authority& authority, bool root, int levels) {
    if (authority.max_path_len || root) return authority.max_path_len;
    return levels;
}

/// An intermediate's path length depends on what stands below it: give the same apply its time.
std::optional<core::Instant> earliest_of(const api::Issuer& issuer, const api::Authority& authority,
                                         bool root, const Placement& placement) {
    const bool depends = !root && !authority.max_path_len;
    if (!depends || !issuer.meta.created || placement.apply_window.count() == 0)
        return std::nullopt;
    return *issuer.meta.created + placement.apply_window + std::chrono::seconds(1);
}

api::IssuerRef issuer_of(const api::Issuer& issuer, const api::Authority& authority) {
    if (authority.signed_by) return issuance::completed(*authority.signed_by, issuer.meta.space);
    api::IssuerRef self;
    self.name = issuer.meta.name;
    self.space = issuer.meta.space;
    return self;
}

}  // namespace

issuance::Demand demand_of(const api::Issuer& issuer, const issuance::Resolved& resolved,
                           const Placement& placement) {
    const auto& authority = std::get<api::Authority>(issuer.spec.source);
    const core::Ref self{core::Resource::kIssuer, issuer.meta.space, issuer.meta.name};
    const bool root = std::holds_alternative<issuance::OwnKey>(resolved.source);
    return {.owner = self,
            .owner_uid = issuer.meta.uid,
            .owner_generation = issuer.meta.generation,
            .secret = issuance::authority_secret(placement.authority_space, self, kGeneration),
            .subject = subject_of(authority),
            .is_ca = true,
            .max_path_len = path_len_of(authority, root, placement.levels_below),
            .usages = usages_of(issuer, root),
            .duration = authority.duration,
            .default_duration = root ? kRootLife : kIntermediateLife,
            .key = key_of(authority.private_key, root),
            .signer = resolved.source,
            .issuer = issuer_of(issuer, authority),
            .identity = {{std::string(api::kAuthorityName), issuer.meta.name},
                         {std::string(api::kAuthorityNamespace), issuer.meta.space}},
            .recorded = {{std::string(api::kAuthorityUid), issuer.meta.uid},
                         {std::string(api::kAuthorityGeneration), std::to_string(kGeneration)}},
            .lasting = true,
            .not_before_instant =
                root ? std::nullopt : earliest_of(issuer, authority, root, placement)};
}

}  // namespace stackseal::issuer
