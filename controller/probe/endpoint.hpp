// SPDX-License-Identifier: Apache-2.0
// Where something listens, as a person writes it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "controller/core/result.hpp"

namespace stackseal::probe {

/// A TCP endpoint and the name that its certificate must be valid for.
struct Endpoint {
    std::string host;  ///< a DNS name or an address, IPv6 without brackets
    std::uint16_t port = 0;
    std::string server_name;  ///< sent as SNI and checked instead of the host; "": the host
    std::string anchors_pem;  ///< trust anchors to verify with; "": the system's

    bool operator==(const Endpoint&) const = default;
};

/// "keystone.example:5000", "10.0.0.1:443", "[fd00::1]:443". Nothing is resolved.
/// Errors: kInvalid, saying how to write it.
core::Result<Endpoint> parse_endpoint(std::string_view text);

/// "host:port", an IPv6 address in brackets.
std::string to_string(const Endpoint& endpoint);

/// True for an IPv4 or IPv6 address (with or without a zone): never sent as SNI (RFC 6066 3).
bool is_address(std::string_view host);

/// The name that is checked: server_name, or else the host.
const std::string& checked_name(const Endpoint& endpoint);

}  // namespace stackseal::probe
