// SPDX-License-Identifier: Apache-2.0
// Usages: core's one list to the two extensions that carry it, and back.
#pragma once

#include <vector>

#include "controller/core/result.hpp"
#include "controller/core/x509.hpp"
#include "controller/pki/handle.hpp"

namespace stackseal::pki {

/// The bits of keyUsage; null if the list names none. Source: RFC 5280 4.2.1.3.
core::Result<BitsHandle> key_usage_of(const std::vector<core::Usage>& usages);

/// The object identifiers of extKeyUsage; null if the list names none. Source: RFC 5280 4.2.1.12.
core::Result<ExtendedUsageHandle> extended_usage_of(const std::vector<core::Usage>& usages);

/// Both extensions as one sorted list; null: absent. Identifiers without a name here are left out.
std::vector<core::Usage> usages_of(const ASN1_BIT_STRING* bits, const EXTENDED_KEY_USAGE* extended);

}  // namespace stackseal::pki
