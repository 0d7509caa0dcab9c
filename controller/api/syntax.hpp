// SPDX-License-Identifier: Apache-2.0
// How names and addresses must be written; each check answers with the fault and its remedy.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace stackseal::api {

/// A fault as one sentence that names the text and the remedy; absent: the text is well written.
using Fault = std::optional<std::string>;

/// The name of a namespace. Source: RFC 1123 label, at most 63 octets, as Kubernetes checks it.
Fault why_no_label(std::string_view text);

/// The name of an object: at most 253 octets in all, and labels of any length within.
/// Source: apimachinery's IsDNS1123Subdomain, which bounds no label.
Fault why_no_subdomain(std::string_view text);

/// A dNSName: lower-case labels of letters, digits and '-', at most 253 octets, "*" alone as the
/// first of at least three, no address, no U-label. Source: RFC 5280 4.2.1.6, RFC 9525.
Fault why_no_dns_name(std::string_view text);

/// A domain that covers itself and everything below it: a DNS name without wildcard or dots at its
/// ends.
Fault why_no_domain(std::string_view text);

/// An IPv4 or IPv6 address without zone; IPv4 inside IPv6 is refused.
Fault why_no_ip(std::string_view text);

/// An address and a prefix length without host bits: "10.0.0.0/8".
Fault why_no_ip_range(std::string_view text);

/// An absolute URI of ASCII letters. Source: RFC 3986, RFC 5280 4.2.1.6.
Fault why_no_uri(std::string_view text);

/// A bare address, "who@example.com", of ASCII letters. Source: RFC 5321 Mailbox less quoting.
Fault why_no_email(std::string_view text);

/// A label's or annotation's key: "name" or "prefix/name". Source: Kubernetes' qualified names.
Fault why_no_metadata_key(std::string_view text);

/// A label's value. Source: Kubernetes' label syntax, at most 63 octets.
Fault why_no_label_value(std::string_view text);

/// The one text of an address: IPv4 dotted, IPv6 shortest (RFC 5952). Absent: it is none.
std::optional<std::string> canonical_ip(std::string_view text);

}  // namespace stackseal::api
