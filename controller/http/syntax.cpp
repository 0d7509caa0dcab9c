// SPDX-License-Identifier: Apache-2.0
// The library lets header values, targets and hosts through unchecked, so the checks stand here.
#include "controller/http/syntax.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "controller/core/concat.hpp"
#include "controller/core/quoted.hpp"

namespace stackseal::http {

namespace {

using core::Code;
using core::concat;
using core::Error;

char lower(char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

std::string lower(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), [](char letter) { return lower(letter); });
    return out;
}

bool is_word(char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
           (letter >= '0' && letter <= '9');
}

Error bad_url(std::string_view url, std::string_view reason) {
    return Error{Code::kInvalid, concat("server URL ", core::quoted(url), ": ", reason)};
}

bool is_host(std::string_view host) {
    return !host.empty() && host.size() <= 253 && std::ranges::all_of(host, [](char letter) {
        return is_word(letter) || letter == '-' || letter == '.' || letter == '_';
    });
}

std::uint16_t port_number(std::string_view text) {
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    return error == std::errc() && end == text.data() + text.size() ? port : std::uint16_t{0};
}

bool is_loopback(const std::string& host) {
    return host == "localhost" || (is_ipv4(host) && host.starts_with("127."));
}

core::Result<Origin> parse_authority(bool tls, std::string_view authority, std::string_view url) {
    Origin origin{.tls = tls, .port = static_cast<std::uint16_t>(tls ? 443 : 80)};
    const auto colon = authority.find(':');
    origin.host = lower(authority.substr(0, colon));
    if (colon != std::string_view::npos) origin.port = port_number(authority.substr(colon + 1));
    if (!is_host(origin.host)) return bad_url(url, "the host is neither a DNS name nor an IPv4");
    if (origin.port == 0) return bad_url(url, "the port is not a number from 1 to 65535");
    if (!tls && !is_loopback(origin.host))
        return bad_url(url, "plain http is for loopback only; use https");
    return origin;
}

bool is_target_byte(char letter) {
    return letter > 0x20 && letter < 0x7f && letter != '#';
}

core::Result<void> check_target(std::string_view target) {
    // Two slashes would be read as an authority, and the rest be sent as the path.
    if (!target.starts_with('/') || target.starts_with("//"))
        return Error{Code::kInvalid, "request target must begin with exactly one slash"};
    if (!std::ranges::all_of(target, is_target_byte))
        return Error{Code::kInvalid,
                     concat("request target ", core::quoted(target.substr(0, target.find('?'))),
                            " holds a byte that must be percent-encoded")};
    return {};
}

bool is_name_byte(char letter) {
    return is_word(letter) ||
           std::string_view("!#$%&'*+-.^_`|~").find(letter) != std::string_view::npos;
}

/// Source: RFC 9110 section 5.5, less its obsolete bytes.
bool is_value_byte(char letter) {
    const auto byte = static_cast<unsigned char>(letter);
    return byte == '\t' || (byte >= 0x20 && byte != 0x7f);
}

/// They frame the message or name its receiver: two truths would be a hole.
bool is_own_header(std::string_view name) {
    static constexpr std::array<std::string_view, 4> kOwn{"host", "content-length",
                                                          "transfer-encoding", "connection"};
    return std::ranges::find(kOwn, lower(name)) != kOwn.end();
}

core::Result<void> check_header(std::string_view name, std::string_view value) {
    if (name.empty() || !std::ranges::all_of(name, is_name_byte))
        return Error{Code::kInvalid, "a header's name is empty or holds a byte that is no letter"};
    if (is_own_header(name))
        return Error{Code::kInvalid, concat("header ", name, " is set by the transport itself")};
    // The value is not shown: it may be a token.
    if (!std::ranges::all_of(value, is_value_byte))
        return Error{Code::kInvalid, concat("header ", name, " holds a control character")};
    return {};
}

}  // namespace

std::string Origin::url() const {
    return concat(tls ? "https://" : "http://", host, ":", port);
}

bool is_ipv4(const std::string& host) {
    in_addr parsed{};
    return ::inet_pton(AF_INET, host.c_str(), &parsed) == 1;
}

core::Result<Origin> parse_origin(std::string_view url) {
    const bool tls = url.starts_with("https://");
    if (!tls && !url.starts_with("http://")) return bad_url(url, "must begin with https://");
    std::string_view authority = url.substr(tls ? 8 : 7);
    if (authority.ends_with('/')) authority.remove_suffix(1);
    if (authority.find('@') != std::string_view::npos)
        return Error{Code::kInvalid, "server URL holds a user; credentials go into a header"};
    if (authority.find_first_of("/?#") != std::string_view::npos)
        return bad_url(url, "must have no path and no query");
    if (authority.starts_with('['))
        return bad_url(url, "an IPv6 address cannot be connected to; use a DNS name");
    return parse_authority(tls, authority, url);
}

core::Result<void> check_request(std::string_view method, std::string_view target,
                                 const ports::Headers& headers) {
    static constexpr std::array<std::string_view, 6> kMethods{"GET", "HEAD",  "POST",
                                                              "PUT", "PATCH", "DELETE"};
    if (std::ranges::find(kMethods, method) == kMethods.end())
        return Error{Code::kInvalid, concat("HTTP method ", core::quoted(method), " is not one of ",
                                            core::join(kMethods, ", "))};
    STACKSEAL_CHECK(check_target(target));
    for (const auto& [name, value] : headers) STACKSEAL_CHECK(check_header(name, value));
    return {};
}

}  // namespace stackseal::http
