// SPDX-License-Identifier: Apache-2.0
// Addresses and ranges, read by inet_pton: strict, and no look-up of names.
#include <arpa/inet.h>

#include <array>
#include <charconv>

#include "controller/api/decoder.hpp"
#include "controller/api/syntax.hpp"
#include "controller/core/concat.hpp"

namespace stackseal::api {

namespace {

using core::concat;

/// An address in network order; size 4 or 16.
struct Address {
    std::array<unsigned char, 16> bytes{};
    std::size_t size = 0;
};

std::optional<Address> parse_ip(std::string_view text) {
    if (text.size() > 45 || text.find('\0') != std::string_view::npos) return std::nullopt;
    const std::string terminated(text);
    Address address;
    if (inet_pton(AF_INET, terminated.c_str(), address.bytes.data()) == 1) {
        address.size = 4;
        return address;
    }
    if (inet_pton(AF_INET6, terminated.c_str(), address.bytes.data()) != 1) return std::nullopt;
    address.size = 16;
    return address;
}

std::string format_ip(const Address& address) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    inet_ntop(address.size == 4 ? AF_INET : AF_INET6, address.bytes.data(), text.data(),
              static_cast<socklen_t>(text.size()));
    return text.data();
}

/// ::ffff:192.0.2.1. Source: RFC 4291 2.5.5.2.
bool is_mapped(const Address& address) {
    if (address.size != 16 || address.bytes[10] != 0xff || address.bytes[11] != 0xff) return false;
    for (std::size_t i = 0; i < 10; ++i)
        if (address.bytes[i] != 0) return false;
    return true;
}

std::string mapped_to(const Address& address) {
    Address four{.size = 4};
    for (std::size_t i = 0; i < 4; ++i) four.bytes[i] = address.bytes[12 + i];
    return format_ip(four);
}

Fault fault(std::string_view text, std::string_view what, std::string_view reason) {
    return concat(quoted(text), " is no ", what, ": ", reason);
}

/// The address with all bits behind the prefix cleared.
Address network_of(Address address, unsigned prefix) {
    for (std::size_t i = 0; i < address.size; ++i) {
        const unsigned from = static_cast<unsigned>(i) * 8;
        const unsigned kept = prefix <= from ? 0 : prefix - from;
        if (kept < 8)
            address.bytes[i] =
                static_cast<unsigned char>(address.bytes[i] & ~(0xFFU >> kept) & 0xFFU);
    }
    return address;
}

std::optional<unsigned> parse_prefix(std::string_view text, std::size_t bits) {
    unsigned prefix = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, prefix);
    if (text.empty() || stop != end || error != std::errc{} || prefix > bits) return std::nullopt;
    if (text.size() > 1 && text[0] == '0') return std::nullopt;
    return prefix;
}

}  // namespace

std::optional<std::string> canonical_ip(std::string_view text) {
    const auto address = parse_ip(text);
    if (!address) return std::nullopt;
    return format_ip(*address);
}

Fault why_no_ip(std::string_view text) {
    const auto address = parse_ip(text);
    if (!address && text.find('%') != std::string_view::npos)
        return fault(text, "IP address", "a certificate holds no zone; drop '%' and what follows");
    if (!address && text.find('/') != std::string_view::npos)
        return fault(text, "IP address", "it is a range; list single addresses");
    if (!address) return fault(text, "IP address", "write it as 192.0.2.1 or 2001:db8::1");
    if (is_mapped(*address))
        return fault(text, "IP address",
                     concat("IPv4 inside IPv6 is compared by no client; write ",
                            quoted(mapped_to(*address))));
    return {};
}

Fault why_no_ip_range(std::string_view text) {
    const std::size_t slash = text.find('/');
    const auto address = parse_ip(text.substr(0, slash));
    if (!address || slash == std::string_view::npos)
        return fault(text, "IP range", "write it as 10.0.0.0/8 or 2001:db8::/32");
    const auto prefix = parse_prefix(text.substr(slash + 1), address->size * 8);
    if (!prefix)
        return fault(text, "IP range",
                     concat("the prefix length is a number from 0 to ", address->size * 8));
    if (is_mapped(*address)) return fault(text, "IP range", "write IPv4 as IPv4");
    const Address network = network_of(*address, *prefix);
    if (network.bytes == address->bytes) return {};
    return fault(text, "IP range",
                 concat("bits behind the prefix are set; write ",
                        quoted(concat(format_ip(network), '/', *prefix))));
}

}  // namespace stackseal::api
