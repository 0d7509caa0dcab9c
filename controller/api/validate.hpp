// SPDX-License-Identifier: Apache-2.0
// What a schema cannot say about a spec: names, addresses, relations between fields.
#pragma once

#include <vector>

#include "controller/api/codec.hpp"

namespace stackseal::api {

/// Everything wrong with a spec that its own fields show; empty: valid. Each message names the
/// value and the remedy. Checked: at least one name; DNS names (RFC 1123 labels of at most 63
/// octets, 253 in all, lower-case, one leading wildcard label, no address, A-labels only); IP
/// addresses (no zone, no IPv4-mapped IPv6); URIs (absolute); e-mail addresses (bare); no name
/// twice; durations (at least 5 minutes, renewBefore shorter than duration, not with
/// renewBeforePercentage); key size by algorithm; commonName at most 64 characters; usages;
/// secretTemplate does not touch stackseal.io/ keys.
std::vector<Problem> validate(const CertificateSpec& spec);

/// The same for an Issuer: exactly one source; authority common name at most 56 characters;
/// allow.namespaces beyond Same demands a list of names; CIDR ranges; domains; durations.
std::vector<Problem> validate(const IssuerSpec& spec);

}  // namespace stackseal::api
