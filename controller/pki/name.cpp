// SPDX-License-Identifier: Apache-2.0
// One table holds what is to be known of each attribute.
#include "controller/pki/name.hpp"

#include <array>
#include <vector>

#include "controller/pki/error.hpp"

namespace stackseal::pki {

namespace {

using core::Subject;

/// The bounds are those of RFC 5280 appendix A.1; street and postalCode those of X.520.
struct Attribute {
    int nid;
    const char* text;
    int type;
    std::size_t least;  ///< characters, not octets
    std::size_t most;
    std::vector<std::string> Subject::*list;  ///< null: `single` holds it
    std::string Subject::*single;
};

constexpr std::array<Attribute, 9> kAttributes = {{
    {NID_countryName, "C", V_ASN1_PRINTABLESTRING, 2, 2, &Subject::countries, nullptr},
    {NID_stateOrProvinceName, "ST", V_ASN1_UTF8STRING, 1, 128, &Subject::provinces, nullptr},
    {NID_localityName, "L", V_ASN1_UTF8STRING, 1, 128, &Subject::localities, nullptr},
    {NID_streetAddress, "street", V_ASN1_UTF8STRING, 1, 128, &Subject::street_addresses, nullptr},
    {NID_postalCode, "postalCode", V_ASN1_UTF8STRING, 1, 40, &Subject::postal_codes, nullptr},
    {NID_organizationName, "O", V_ASN1_UTF8STRING, 1, 64, &Subject::organizations, nullptr},
    {NID_organizationalUnitName, "OU", V_ASN1_UTF8STRING, 1, 64, &Subject::organizational_units,
     nullptr},
    {NID_commonName, "CN", V_ASN1_UTF8STRING, 1, 64, nullptr, &Subject::common_name},
    {NID_serialNumber, "serialNumber", V_ASN1_PRINTABLESTRING, 1, 64, nullptr,
     &Subject::serial_number},
}};

/// Characters of a UTF-8 text; absent if it is none.
std::optional<std::size_t> count_characters(std::string_view text) {
    std::size_t count = 0;
    while (!text.empty()) {
        unsigned long character = 0;
        const int size = UTF8_getc(octets(text), static_cast<int>(text.size()), &character);
        if (size <= 0) return std::nullopt;
        text.remove_prefix(static_cast<std::size_t>(size));
        ++count;
    }
    return count;
}

bool is_control(char letter) {
    return static_cast<unsigned char>(letter) < 0x20 || letter == 0x7f;
}

bool has_control(std::string_view text) {
    for (const char letter : text)
        if (is_control(letter)) return true;
    return false;
}

/// The type that the letters allow: a PrintableString has fewer than ASCII.
bool is_printable_string(std::string_view text) {
    return ASN1_PRINTABLE_type(octets(text), static_cast<int>(text.size())) ==
           V_ASN1_PRINTABLESTRING;
}

core::Result<void> check(const Attribute& attribute, const std::string& text) {
    const auto count = count_characters(text);
    if (!count) return invalid("subject ", attribute.text, ": not UTF-8");
    if (*count < attribute.least || *count > attribute.most)
        return invalid("subject ", attribute.text, ": has ", *count, " characters; ",
                       attribute.least, " to ", attribute.most, " are possible");
    if (has_control(text)) return invalid("subject ", attribute.text, ": has control characters");
    if (attribute.type == V_ASN1_PRINTABLESTRING && !is_printable_string(text))
        return invalid("subject ", attribute.text, ": '", shown(text),
                       "' has letters beyond A-Z a-z 0-9 ' ( ) + , - . / : = ? and blank");
    return {};
}

core::Result<void> append(X509_NAME* name, const Attribute& attribute, const std::string& text) {
    STACKSEAL_CHECK(check(attribute, text));
    return must("subject",
                X509_NAME_add_entry_by_NID(name, attribute.nid, attribute.type, octets(text),
                                           static_cast<int>(text.size()), -1, 0));
}

core::Result<void> append_all(X509_NAME* name, const Attribute& attribute, const Subject& subject) {
    if (attribute.list == nullptr) {
        const std::string& text = subject.*attribute.single;
        return text.empty() ? core::Result<void>() : append(name, attribute, text);
    }
    for (const std::string& text : subject.*attribute.list)
        STACKSEAL_CHECK(append(name, attribute, text));
    return {};
}

const Attribute* find_attribute(int nid) {
    for (const Attribute& attribute : kAttributes)
        if (attribute.nid == nid) return &attribute;
    return nullptr;
}

core::Result<std::string> text_of(const ASN1_STRING* string) {
    unsigned char* converted = nullptr;
    const int size = ASN1_STRING_to_UTF8(&converted, string);
    if (size < 0) return fault("a part of the name is no text", core::Code::kCorrupt);
    std::string text(view(converted, static_cast<std::size_t>(size)));
    OPENSSL_free(converted);
    for (char& letter : text)
        if (is_control(letter)) letter = '?';
    return text;
}

}  // namespace

core::Result<NameHandle> name_of(const Subject& subject) {
    STACKSEAL_TRY(NameHandle name, must<NameHandle>("name", X509_NAME_new()));
    for (const Attribute& attribute : kAttributes)
        STACKSEAL_CHECK(append_all(name.get(), attribute, subject));
    return name;
}

core::Result<Subject> subject_of(const X509_NAME* name) {
    Subject subject;
    for (int i = 0; i < X509_NAME_entry_count(name); ++i) {
        const X509_NAME_ENTRY* entry = X509_NAME_get_entry(name, i);
        const auto* attribute = find_attribute(OBJ_obj2nid(X509_NAME_ENTRY_get_object(entry)));
        if (attribute == nullptr) continue;
        STACKSEAL_TRY(std::string text, text_of(X509_NAME_ENTRY_get_data(entry)));
        if (attribute->list != nullptr)
            (subject.*attribute->list).push_back(std::move(text));
        else
            subject.*attribute->single = std::move(text);
    }
    return subject;
}

std::string der_of_name(const X509_NAME* name) {
    const unsigned char* der = nullptr;
    std::size_t size = 0;
    if (X509_NAME_get0_der(name, &der, &size) != 1) return {};
    return std::string(view(der, size));
}

int rank_of_attribute(int nid) {
    const Attribute* attribute = find_attribute(nid);
    return attribute == nullptr ? -1 : static_cast<int>(attribute - kAttributes.data());
}

}  // namespace stackseal::pki
