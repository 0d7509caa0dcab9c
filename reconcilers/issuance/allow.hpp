// SPDX-License-Identifier: Apache-2.0
// Whom and what an issuer serves. Pure.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "controller/api/issuer.hpp"
#include "reconcilers/issuance/observed.hpp"

namespace stackseal::issuance {

/// Who asks: a namespace and its labels (known only where a selector needs them).
struct Requester {
    std::string space;
    std::map<std::string, std::string> labels;
};

/// True if the issuer serves the namespace at all.
bool admits(const api::Issuer& issuer, const Requester& requester);

/// Why the issuer refuses the demand; names field, value and remedy. For an authority only the
/// namespace counts: names and usages are the business of the leaves.
std::optional<Halt> find_refusal(const api::Issuer& issuer, const Requester& requester,
                                 const Demand& demand);

/// True if an address lies in a CIDR range, both IPv4 or both IPv6.
bool in_range(std::string_view address, std::string_view cidr);

/// True if a DNS name (a wildcard counts as all it could be) is the domain or below it.
bool in_domain(std::string_view name, std::string_view domain);

}  // namespace stackseal::issuance
