// SPDX-License-Identifier: Apache-2.0
// Walks along signedBy, downwards and upwards.
#include "reconcilers/issuer/hierarchy.hpp"

#include <algorithm>
#include <set>

namespace stackseal::issuer {

namespace {

using Issuers = std::vector<api::Snapshot<api::Issuer>>;

int levels(const api::Issuer& issuer, const Issuers& all, std::set<std::string>& seen) {
    if (!seen.insert(path_of(issuer)).second) return 0;
    int deepest = issuer.spec.allow.is_ca.value_or(false) ? 1 : 0;
    for (const auto& other : all)
        if (signer_path(*other) == path_of(issuer))
            deepest = std::max(deepest, 1 + levels(*other, all, seen));
    return deepest;
}

const api::Issuer* find(const Issuers& all, const std::string& path) {
    const auto it =
        std::ranges::find_if(all, [&](const auto& entry) { return path_of(*entry) == path; });
    return it == all.end() ? nullptr : it->get();
}

}  // namespace

std::string path_of(const api::Issuer& issuer) {
    return issuer.meta.space + "/" + issuer.meta.name;
}

std::optional<std::string> signer_path(const api::Issuer& issuer) {
    const auto* authority = std::get_if<api::Authority>(&issuer.spec.source);
    if (authority == nullptr || !authority->signed_by) return std::nullopt;
    const std::string& space = authority->signed_by->space;
    return (space.empty() ? issuer.meta.space : space) + "/" + authority->signed_by->name;
}

int levels_below(const api::Issuer& issuer, const Issuers& all) {
    std::set<std::string> seen;
    return levels(issuer, all, seen);
}

std::optional<std::string> find_cycle(const api::Issuer& issuer, const Issuers& all) {
    std::string trail = path_of(issuer);
    std::set<std::string> seen{trail};
    const api::Issuer* at = &issuer;
    while (at != nullptr) {
        const auto above = signer_path(*at);
        if (!above) return std::nullopt;
        trail += " → " + *above;
        if (!seen.insert(*above).second) return trail;
        at = find(all, *above);
    }
    return std::nullopt;
}

}  // namespace stackseal::issuer
