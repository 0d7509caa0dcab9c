// SPDX-License-Identifier: Apache-2.0
// What may be sent at all: origins, targets and headers, checked before the library sees them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "controller/core/result.hpp"
#include "controller/ports/transport.hpp"

namespace stackseal::http {

/// Where a client connects to.
struct Origin {
    bool tls = true;
    std::string host;  ///< a DNS name or an IPv4 literal, lower case
    std::uint16_t port = 443;

    /// "https://host:port".
    std::string url() const;
};

/// Errors: kInvalid, as connect() states.
core::Result<Origin> parse_origin(std::string_view url);

/// Whether the host is an address, which is matched against IP SANs and never sent as SNI.
/// Source: RFC 6066 section 3.
bool is_ipv4(const std::string& host);

/// Errors: kInvalid for a method that is none, a target that does not begin with one slash or holds
/// a byte that must be percent-encoded, or a header that could end another or is the adapter's own.
core::Result<void> check_request(std::string_view method, std::string_view target,
                                 const ports::Headers& headers);

}  // namespace stackseal::http
