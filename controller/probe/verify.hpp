// SPDX-License-Identifier: Apache-2.0
// What a client makes of a chain: by its anchors, by the name that it connected to, link by link.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "controller/core/result.hpp"
#include "controller/core/time.hpp"

namespace stackseal::probe {

/// A chain held against anchors.
struct Verification {
    std::string_view chain_pem;    ///< the leaf first
    std::string_view anchors_pem;  ///< an intermediate counts too; "": the system's anchors
    std::optional<core::Time> at;  ///< absent: the dates are not looked at
    bool server = false;           ///< it must be good for a TLS server
};

/// As a strict client would: keys and digests below 112 bits are refused.
/// Errors: kDenied with the reason and the certificate that it lies with; kCorrupt for text that
/// does not parse; kUnavailable when the system's anchors do not load.
core::Result<void> verify(const Verification& wanted);

/// Whether the first certificate of a text is valid for a DNS name or an address. Only alternative
/// names count (RFC 9525 6.4). Errors: kDenied when it is not; kCorrupt.
core::Result<void> check_name(std::string_view certificate_pem, const std::string& name);

/// Whether the second certificate issued the first: by name, key identifier, CA rights, signature.
/// Errors: kDenied with the reason; kCorrupt.
core::Result<void> check_link(std::string_view certificate_pem, std::string_view issuer_pem);

/// The two distinguished names of a certificate.
struct Parties {
    std::string subject;  ///< "CN=keystone,O=cloud"; "": empty
    std::string issuer;
};

/// Names as RFC 4514 writes them, the most specific part first; what no terminal should get is
/// escaped. Errors: kCorrupt.
core::Result<Parties> parties_of(std::string_view certificate_pem);

}  // namespace stackseal::probe
