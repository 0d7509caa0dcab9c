// SPDX-License-Identifier: Apache-2.0
// Distinguished names: core::Subject to X509_NAME and back.
#pragma once

#include <string>

#include "controller/core/result.hpp"
#include "controller/core/x509.hpp"
#include "controller/pki/handle.hpp"

namespace stackseal::pki {

/// One attribute per RDN in the order that core::Subject states. C and serialNumber are
/// PrintableString, as RFC 5280 appendix A demands of them; all others UTF8String.
/// Errors: kInvalid for an empty part, one too long, or letters that its type does not have.
core::Result<NameHandle> name_of(const core::Subject& subject);

/// The parts of a name that core::Subject has a place for; control characters become '?', since
/// this text reaches terminals. Of several common names the last, most specific one counts.
/// Errors: kCorrupt for a string that is no text.
core::Result<core::Subject> subject_of(const X509_NAME* name);

/// The name's DER as it stands in the certificate. Empty only if OpenSSL holds none.
std::string der_of_name(const X509_NAME* name);

/// The position of an attribute in core::Subject's order, by its NID; -1 for one not known.
int rank_of_attribute(int nid);

}  // namespace stackseal::pki
