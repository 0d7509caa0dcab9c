// SPDX-License-Identifier: Apache-2.0
// Names: labels, domains, URIs, mailboxes, metadata keys. Addresses are in syntax_ip.cpp.
#include "controller/api/syntax.hpp"

#include <algorithm>

#include "controller/api/decoder.hpp"
#include "controller/core/concat.hpp"

namespace stackseal::api {

namespace {

using core::concat;

bool is_lower(char c) {
    return c >= 'a' && c <= 'z';
}
bool is_upper(char c) {
    return c >= 'A' && c <= 'Z';
}
bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_alphanumeric(char c) {
    return is_lower(c) || is_upper(c) || is_digit(c);
}
bool is_ascii(char c) {
    return static_cast<unsigned char>(c) < 0x80;
}
bool is_of(std::string_view letters, char c) {
    return letters.find(c) != std::string_view::npos;
}

std::string lower(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(),
                           [](char c) { return is_upper(c) ? static_cast<char>(c + 32) : c; });
    return out;
}

Fault fault(std::string_view text, std::string_view what, std::string_view reason) {
    return concat(quoted(text), " is no ", what, ": ", reason);
}

/// A letter as a message shows it: bytes that are no printable ASCII by their number.
std::string shown(char c) {
    constexpr std::string_view kHex = "0123456789abcdef";
    const auto byte = static_cast<unsigned char>(c);
    if (byte > 0x20 && byte < 0x7f) return concat('\'', c, '\'');
    return c == ' ' ? "a space" : concat("byte 0x", kHex[byte >> 4U], kHex[byte & 15U]);
}

constexpr std::size_t kLabelLimit = 63;  // RFC 1035 2.3.4
constexpr std::size_t kNameLimit = 253;

/// What is wrong with one label of letters, digits and '-'; "" if nothing.
std::string label_reason(std::string_view label, std::size_t most = kLabelLimit) {
    const auto bad =
        std::ranges::find_if_not(label, [](char c) { return is_alphanumeric(c) || c == '-'; });
    if (bad != label.end() && !is_ascii(*bad))
        return "letters beyond ASCII are not allowed; give the A-label (xn--…)";
    if (bad != label.end()) return shown(*bad) + " is not allowed; use letters, digits and '-'";
    if (label.empty()) return "a label is empty; remove the extra dot";
    if (label.size() > most)
        return concat("a label has ", label.size(), " characters; ", most, " at most");
    if (label.front() == '-' || label.back() == '-')
        return "a label must begin and end with a letter or a digit";
    return {};
}

/// The same for every label of a dotted name.
std::string labels_reason(std::string_view name, std::size_t most = kLabelLimit) {
    if (name.size() > kNameLimit)
        return concat("it has ", name.size(), " characters; ", kNameLimit, " at most");
    std::string_view rest = name;
    while (true) {
        const std::size_t dot = std::min(rest.find('.'), rest.size());
        if (std::string reason = label_reason(rest.substr(0, dot), most); !reason.empty())
            return reason;
        if (dot == rest.size()) return {};
        rest.remove_prefix(dot + 1);
    }
}

std::string case_reason(std::string_view name) {
    if (std::ranges::none_of(name, is_upper)) return {};
    return concat("write it in lower case: ", quoted(lower(name)));
}

bool has_reserved_label(std::string_view name) {
    std::string_view rest = name;
    while (!rest.empty()) {
        const std::string_view label = rest.substr(0, rest.find('.'));
        if (label.size() >= 4 && label.substr(2, 2) == "--" && !label.starts_with("xn"))
            return true;
        rest.remove_prefix(std::min(label.size() + 1, rest.size()));
    }
    return false;
}

bool is_all_digits(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, is_digit);
}

/// What a host name must be beyond its labels; name has no wildcard.
std::string host_reason(std::string_view name) {
    if (canonical_ip(name)) return "it is an IP address; list it as one";
    if (name.ends_with('.')) return "drop the dot at its end";
    if (std::string reason = labels_reason(name); !reason.empty()) return reason;
    if (std::string reason = case_reason(name); !reason.empty()) return reason;
    if (is_all_digits(name.substr(name.rfind('.') + 1)))
        return "its last label is a number, so it reads as an IP address";
    if (has_reserved_label(name))
        return "'--' at the third place of a label is reserved for A-labels (xn--…)";
    return {};
}

std::string wildcard_reason(std::string_view below) {
    if (below.find('.') == std::string_view::npos)
        return "a wildcard needs two labels below it, as in *.example.com; verifiers ignore others";
    return {};
}

Fault answer(std::string_view text, std::string_view what, const std::string& reason) {
    return reason.empty() ? Fault{} : fault(text, what, reason);
}

}  // namespace

Fault why_no_label(std::string_view text) {
    std::string reason = label_reason(text);
    if (text.empty()) reason = "it is empty";
    return answer(text, "namespace", reason.empty() ? case_reason(text) : reason);
}

Fault why_no_subdomain(std::string_view text) {
    std::string reason = labels_reason(text, kNameLimit);
    if (text.empty()) reason = "it is empty";
    return answer(text, "object name", reason.empty() ? case_reason(text) : reason);
}

Fault why_no_dns_name(std::string_view text) {
    if (text.empty()) return fault(text, "DNS name", "it is empty; remove it");
    if (text.size() > kNameLimit) return fault(text, "DNS name", labels_reason(text));
    const bool wildcard = text.starts_with("*.");
    const std::string_view host = wildcard ? text.substr(2) : text;
    if (is_of(host, '*'))
        return fault(text, "DNS name", "'*' is allowed only as the whole first label");
    const std::string reason = host_reason(host);
    return answer(text, "DNS name", reason.empty() && wildcard ? wildcard_reason(host) : reason);
}

Fault why_no_domain(std::string_view text) {
    if (text.empty()) return fault(text, "domain", "it is empty; remove it");
    if (text.starts_with('.') || text.starts_with("*."))
        return fault(text, "domain",
                     "drop what stands before its first label; a domain covers all names below it");
    return answer(text, "domain", host_reason(text));
}

namespace {

constexpr std::string_view kUriLetters = "-._~:/?#[]@!$&'()*+,;=%";

bool is_hex(char c) {
    return is_digit(c) || is_of("abcdefABCDEF", c);
}

bool is_scheme(std::string_view text) {
    return !text.empty() && (is_lower(text[0]) || is_upper(text[0])) &&
           std::ranges::all_of(text, [](char c) { return is_alphanumeric(c) || is_of("+-.", c); });
}

bool has_stray_percent(std::string_view text) {
    for (std::size_t at = text.find('%'); at != std::string_view::npos; at = text.find('%', at + 1))
        if (at + 2 >= text.size() || !is_hex(text[at + 1]) || !is_hex(text[at + 2])) return true;
    return false;
}

std::string uri_reason(std::string_view text) {
    const auto bad = std::ranges::find_if_not(
        text, [](char c) { return is_alphanumeric(c) || is_of(kUriLetters, c); });
    if (bad != text.end()) return shown(*bad) + " is not allowed; escape it as %XX";
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos || !is_scheme(text.substr(0, colon)))
        return "it must begin with a scheme, as in spiffe://example.com/keystone";
    const std::string_view rest = text.substr(colon + 1);
    if (rest.empty()) return "nothing stands behind its scheme";
    if (has_stray_percent(rest)) return "'%' must be followed by two hexadecimal digits";
    if (rest.starts_with("//") && (rest.size() == 2 || is_of("/?#", rest[2])))
        return "it names no host";
    return {};
}

std::string mailbox_reason(std::string_view text) {
    if (!std::ranges::all_of(text, is_ascii)) return "letters beyond ASCII are not allowed";
    const std::size_t at = text.find('@');
    if (at == std::string_view::npos || text.find('@', at + 1) != std::string_view::npos)
        return "it must have one '@', as in ops@example.com";
    const std::string_view local = text.substr(0, at);
    const auto bad = std::ranges::find_if_not(
        local, [](char c) { return is_alphanumeric(c) || is_of(".!#$%&'*+/=?^_`{|}~-", c); });
    if (bad != local.end()) return shown(*bad) + " is not allowed; give the bare address";
    if (local.empty() || local.size() > 64) return "what stands before '@' has 1 to 64 characters";
    if (local.front() == '.' || local.back() == '.' || local.find("..") != std::string_view::npos)
        return "a dot before '@' must stand between letters";
    return host_reason(lower(text.substr(at + 1)));
}

/// [A-Za-z0-9] at both ends, and -_. between.
bool is_qualified(std::string_view text) {
    return !text.empty() && text.size() <= 63 && is_alphanumeric(text.front()) &&
           is_alphanumeric(text.back()) &&
           std::ranges::all_of(text, [](char c) { return is_alphanumeric(c) || is_of("-_.", c); });
}

constexpr std::string_view kQualified =
    "1 to 63 letters, digits, '-', '_' or '.', beginning and ending with a letter or a digit";

}  // namespace

Fault why_no_uri(std::string_view text) {
    return answer(text, "URI", uri_reason(text));
}

Fault why_no_email(std::string_view text) {
    std::string reason = mailbox_reason(text);
    if (text.size() > 254) reason = concat("it has ", text.size(), " characters; 254 at most");
    return answer(text, "e-mail address", reason);
}

Fault why_no_metadata_key(std::string_view text) {
    const std::size_t slash = text.find('/');
    const bool prefixed = slash != std::string_view::npos;
    if (prefixed && why_no_subdomain(text.substr(0, slash)))
        return fault(text, "key of metadata", "what stands before '/' must be a domain");
    if (!is_qualified(prefixed ? text.substr(slash + 1) : text))
        return fault(text, "key of metadata", concat("a name has ", kQualified));
    return {};
}

Fault why_no_label_value(std::string_view text) {
    if (text.empty() || is_qualified(text)) return {};
    return fault(text, "label value", concat("it has ", kQualified));
}

}  // namespace stackseal::api
