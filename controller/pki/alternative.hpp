// SPDX-License-Identifier: Apache-2.0
// Subject alternative names: core::Names to GENERAL_NAMES and back.
#pragma once

#include "controller/core/result.hpp"
#include "controller/core/x509.hpp"
#include "controller/pki/handle.hpp"

namespace stackseal::pki {

/// DNS names in lower case, then addresses, URIs and mail addresses, each in the order given.
/// Errors: kInvalid for what cannot be encoded: letters beyond ASCII, a bad address, no scheme.
core::Result<SanHandle> alternatives_of(const core::Names& names);

/// The names of the four kinds that core::Names holds, in canonical text; other kinds are left out.
/// Errors: kCorrupt for an address that is neither 4 nor 16 octets, and for names with letters
/// beyond printable ASCII: one zero octet has fooled many a client.
core::Result<core::Names> names_of(const GENERAL_NAMES* alternatives);

}  // namespace stackseal::pki
