// SPDX-License-Identifier: Apache-2.0
// From an authority's spec to the CA that should stand in its Secret. Pure.
#pragma once

#include "controller/api/issuer.hpp"
#include "reconcilers/issuance/resolve.hpp"

namespace stackseal::issuer {

/// Where an authority stands: the namespace of its key, the levels of CAs below it, and how long
/// after its creation more of the same apply is waited for (0: not at all).
struct Placement {
    std::string authority_space;
    int levels_below = 0;
    std::chrono::seconds apply_window{1};
};

/// Defaults: a root P-384 for ten years, an intermediate P-256 for five. The subject carries the
/// generation, since two CAs of one name confuse verifiers. An intermediate is certified for the
/// extended usages that allow.usages names, else for server and client authentication.
issuance::Demand demand_of(const api::Issuer& issuer, const issuance::Resolved& resolved,
                           const Placement& placement);

}  // namespace stackseal::issuer
