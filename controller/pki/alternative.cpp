// SPDX-License-Identifier: Apache-2.0
// What is written is checked for what can be encoded; whether it is wise is lint's business.
#include "controller/pki/alternative.hpp"

#include <arpa/inet.h>

#include <array>

#include "controller/pki/error.hpp"

namespace stackseal::pki {

namespace {

using core::concat;
using core::Result;

constexpr std::size_t kLongestDns = 253;     // RFC 1035 3.1, as text
constexpr std::size_t kLongestOther = 2048;  // octets; SPIFFE's bound for a URI

bool is_visible_ascii(std::string_view text) {
    for (const char letter : text)
        if (letter <= 0x20 || letter >= 0x7f) return false;
    return !text.empty();
}

std::string lower(std::string_view text) {
    std::string lowered(text);
    for (char& letter : lowered)
        if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
    return lowered;
}

Result<void> check_dns(const std::string& text) {
    if (!is_visible_ascii(text))
        return invalid("DNS name '", shown(text),
                       "': only ASCII can be encoded; write it as an A-label");
    if (text.size() > kLongestDns)
        return invalid("DNS name '", shown(text), "': has ", text.size(), " octets; at most ",
                       kLongestDns);
    return {};
}

Result<void> check_other(const std::string& text, char needed, std::string_view kind) {
    if (!is_visible_ascii(text) || text.size() > kLongestOther)
        return invalid(kind, " '", shown(text), "': 1 to ", kLongestOther,
                       " letters of printable ASCII can be encoded");
    const std::size_t found = text.find(needed);
    if (found == std::string::npos || found == 0)
        return invalid(kind, " '", shown(text), "': has nothing before a '", needed, "'");
    return {};
}

Result<SanEntryHandle> entry_of(int kind, int type, std::string_view bytes) {
    STACKSEAL_TRY(StringHandle string, must<StringHandle>("name", ASN1_STRING_type_new(type)));
    STACKSEAL_CHECK(
        must("name", ASN1_STRING_set(string.get(), bytes.data(), static_cast<int>(bytes.size()))));
    STACKSEAL_TRY(SanEntryHandle entry, must<SanEntryHandle>("name", GENERAL_NAME_new()));
    GENERAL_NAME_set0_value(entry.get(), kind, string.release());
    return entry;
}

Result<SanEntryHandle> dns_entry(const std::string& text) {
    STACKSEAL_CHECK(check_dns(text));
    return entry_of(GEN_DNS, V_ASN1_IA5STRING, lower(text));
}

Result<SanEntryHandle> ip_entry(const std::string& text) {
    std::array<unsigned char, 16> address{};
    const bool whole = text.find('\0') == std::string::npos;
    if (whole && inet_pton(AF_INET, text.c_str(), address.data()) == 1)
        return entry_of(GEN_IPADD, V_ASN1_OCTET_STRING, view(address.data(), 4));
    if (whole && inet_pton(AF_INET6, text.c_str(), address.data()) == 1)
        return entry_of(GEN_IPADD, V_ASN1_OCTET_STRING, view(address.data(), 16));
    return invalid("'", shown(text), "' is no IP address; write it as 192.0.2.1 or 2001:db8::1");
}

Result<SanEntryHandle> uri_entry(const std::string& text) {
    STACKSEAL_CHECK(check_other(text, ':', "URI"));
    return entry_of(GEN_URI, V_ASN1_IA5STRING, text);
}

Result<SanEntryHandle> email_entry(const std::string& text) {
    STACKSEAL_CHECK(check_other(text, '@', "mail address"));
    return entry_of(GEN_EMAIL, V_ASN1_IA5STRING, text);
}

Result<void> append_all(GENERAL_NAMES* to, const std::vector<std::string>& texts,
                        Result<SanEntryHandle> (*make)(const std::string&)) {
    for (const std::string& text : texts) {
        STACKSEAL_TRY(SanEntryHandle entry, make(text));
        STACKSEAL_CHECK(must("names", sk_GENERAL_NAME_push(to, entry.get())));
        static_cast<void>(entry.release());  // the stack owns it now
    }
    return {};
}

Result<std::string> ascii_of(const ASN1_STRING* string, std::string_view kind) {
    const std::string_view text = view(string);
    if (!is_visible_ascii(text))
        return corrupt("subjectAltName: a ", kind, " with letters beyond printable ASCII");
    return std::string(text);
}

Result<std::string> address_of(const ASN1_STRING* string) {
    const std::string_view bytes = view(string);
    if (bytes.size() != 4 && bytes.size() != 16)
        return corrupt("subjectAltName: an IP address of ", bytes.size(), " octets");
    std::array<char, INET6_ADDRSTRLEN> text{};
    inet_ntop(bytes.size() == 4 ? AF_INET : AF_INET6, bytes.data(), text.data(), text.size());
    return std::string(text.data());
}

Result<void> add(const GENERAL_NAME* entry, core::Names& names) {
    int kind = 0;
    const void* value = GENERAL_NAME_get0_value(entry, &kind);
    const auto* string = static_cast<const ASN1_STRING*>(value);
    if (kind == GEN_DNS) {
        STACKSEAL_TRY(const std::string text, ascii_of(string, "DNS name"));
        names.dns.push_back(lower(text));
    } else if (kind == GEN_IPADD) {
        STACKSEAL_TRY(std::string text, address_of(string));
        names.ips.push_back(std::move(text));
    } else if (kind == GEN_URI) {
        STACKSEAL_TRY(std::string text, ascii_of(string, "URI"));
        names.uris.push_back(std::move(text));
    } else if (kind == GEN_EMAIL) {
        STACKSEAL_TRY(std::string text, ascii_of(string, "mail address"));
        names.emails.push_back(std::move(text));
    }
    return {};
}

}  // namespace

Result<SanHandle> alternatives_of(const core::Names& names) {
    STACKSEAL_TRY(SanHandle made, must<SanHandle>("names", GENERAL_NAMES_new()));
    STACKSEAL_CHECK(append_all(made.get(), names.dns, dns_entry));
    STACKSEAL_CHECK(append_all(made.get(), names.ips, ip_entry));
    STACKSEAL_CHECK(append_all(made.get(), names.uris, uri_entry));
    STACKSEAL_CHECK(append_all(made.get(), names.emails, email_entry));
    return made;
}

Result<core::Names> names_of(const GENERAL_NAMES* alternatives) {
    core::Names names;
    for (int i = 0; i < sk_GENERAL_NAME_num(alternatives); ++i)
        STACKSEAL_CHECK(add(sk_GENERAL_NAME_value(alternatives, i), names));
    return names;
}

}  // namespace stackseal::pki
