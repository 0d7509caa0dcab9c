// SPDX-License-Identifier: Apache-2.0
// Reading and writing HOST:PORT.
#include "controller/probe/endpoint.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

#include "controller/core/concat.hpp"
#include "controller/core/quoted.hpp"

namespace stackseal::probe {

namespace {

using core::concat;
using core::Result;

constexpr std::size_t kLongestZone = 64;
constexpr std::size_t kLongestHost = 253;  // RFC 1035 2.3.4, as text without the last dot

core::Error wrong(std::string_view text, std::string_view reason) {
    return {core::Code::kInvalid, concat(core::quoted(text), ": ", reason,
                                         "; write HOST:PORT, an IPv6 address as [::1]:443")};
}

bool is_host_letter(char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
           (letter >= '0' && letter <= '9') || letter == '.' || letter == '-' || letter == '_';
}

/// Absent zone: the whole text. Source: RFC 4007 11.
std::string_view without_zone(std::string_view host) {
    return host.substr(0, host.find('%'));
}

/// Letters of interfaces' names, or of their numbers. Source: RFC 6874 2.
bool is_zone(std::string_view zone) {
    return !zone.empty() && zone.size() <= kLongestZone &&
           std::ranges::all_of(zone, is_host_letter);
}

/// inet_pton sees a text up to a NUL only.
bool is_of(int family, std::string_view text) {
    unsigned char octets[16];
    return text.find('\0') == std::string_view::npos &&
           ::inet_pton(family, std::string(text).c_str(), octets) == 1;
}

bool is_ipv6(std::string_view host) {
    const std::size_t percent = host.find('%');
    if (percent != std::string_view::npos && !is_zone(host.substr(percent + 1))) return false;
    return is_of(AF_INET6, without_zone(host));
}

bool is_ipv4(std::string_view host) {
    return is_of(AF_INET, host);
}

bool is_name(std::string_view host) {
    return !host.empty() && host.size() <= kLongestHost && host.front() != '-' &&
           std::ranges::all_of(host, is_host_letter);
}

Result<std::uint16_t> parse_port(std::string_view text, std::string_view port) {
    unsigned number = 0;
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
    const bool whole = error == std::errc() && end == port.data() + port.size();
    if (!whole || number < 1 || number > 65535)
        return wrong(text,
                     concat("the port ", core::quoted(port), " is no number from 1 to 65535"));
    return static_cast<std::uint16_t>(number);
}

Result<std::string> parse_host(std::string_view text, std::string_view host) {
    const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
    if (bracketed && is_ipv6(host.substr(1, host.size() - 2)))
        return std::string(host.substr(1, host.size() - 2));
    if (!is_name(host)) return wrong(text, concat(core::quoted(host), " is no host"));
    return std::string(host);
}

}  // namespace

Result<Endpoint> parse_endpoint(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos) return wrong(text, "the port is missing");
    STACKSEAL_TRY(std::string host, parse_host(text, text.substr(0, colon)));
    STACKSEAL_TRY(const std::uint16_t port, parse_port(text, text.substr(colon + 1)));
    return Endpoint{.host = std::move(host), .port = port};
}

std::string to_string(const Endpoint& endpoint) {
    return is_ipv6(endpoint.host) ? concat("[", endpoint.host, "]:", endpoint.port)
                                  : concat(endpoint.host, ":", endpoint.port);
}

bool is_address(std::string_view host) {
    return is_ipv4(host) || is_ipv6(host);
}

const std::string& checked_name(const Endpoint& endpoint) {
    return endpoint.server_name.empty() ? endpoint.host : endpoint.server_name;
}

}  // namespace stackseal::probe
