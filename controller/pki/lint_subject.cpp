// SPDX-License-Identifier: Apache-2.0
// Checks of subject and issuer names. RFC 5280 4.1.2.4, 4.1.2.6 and appendix A.1.
#include <algorithm>
#include <array>

#include "controller/pki/check.hpp"
#include "controller/pki/name.hpp"

namespace stackseal::pki {

namespace {

const X509_NAME* subject_of(const Specimen& specimen) {
    return X509_get_subject_name(specimen.x509);
}

bool is_empty(const X509_NAME* name) {
    return X509_NAME_entry_count(name) == 0;
}

/// True if an attribute of the subject has the fault. nid: which attribute.
template <class Fault>
bool any_entry(const Specimen& specimen, int nid, Fault fault) {
    const X509_NAME* name = subject_of(specimen);
    for (int i = 0; i < X509_NAME_entry_count(name); ++i) {
        const X509_NAME_ENTRY* entry = X509_NAME_get_entry(name, i);
        if (OBJ_obj2nid(X509_NAME_ENTRY_get_object(entry)) == nid &&
            fault(X509_NAME_ENTRY_get_data(entry)))
            return true;
    }
    return false;
}

bool is_not_printable_string(const ASN1_STRING* text) {
    return ASN1_STRING_type(text) != V_ASN1_PRINTABLESTRING;
}

Finding issuer_empty(const Specimen& specimen) {
    return when(is_empty(X509_get_issuer_name(specimen.x509)), "the issuer's name is not empty");
}

Finding ca_subject_empty(const Specimen& specimen) {
    return when(specimen.facts.is_ca && is_empty(subject_of(specimen)),
                "a CA's subject is not empty");
}

Finding nobody_named(const Specimen& specimen) {
    return when(!specimen.facts.is_ca && is_empty(subject_of(specimen)) &&
                    !has_extension(specimen, NID_subject_alt_name),
                "the subject is empty and there is no subjectAltName");
}

Finding country_type(const Specimen& specimen) {
    return when(any_entry(specimen, NID_countryName, is_not_printable_string),
                "a country is a PrintableString");
}

Finding country_length(const Specimen& specimen) {
    const auto wrong = [](const ASN1_STRING* text) { return ASN1_STRING_length(text) != 2; };
    return when(any_entry(specimen, NID_countryName, wrong), "a country has two letters");
}

Finding serial_number_type(const Specimen& specimen) {
    return when(any_entry(specimen, NID_serialNumber, is_not_printable_string),
                "a subject's serialNumber is a PrintableString");
}

bool continues_character(char octet) {
    return (static_cast<unsigned char>(octet) & 0xc0U) == 0x80;
}

Finding common_name_length(const Specimen& specimen) {
    const std::string& text = specimen.facts.subject.common_name;
    const auto inner = std::ranges::count_if(text, continues_character);
    return when(static_cast<std::ptrdiff_t>(text.size()) - inner > 64,
                "a common name has at most 64 characters");
}

Finding attribute_order(const Specimen& specimen) {
    const X509_NAME* name = subject_of(specimen);
    int highest = 0;
    for (int i = 0; i < X509_NAME_entry_count(name); ++i) {
        const X509_NAME_ENTRY* entry = X509_NAME_get_entry(name, i);
        const int rank = rank_of_attribute(OBJ_obj2nid(X509_NAME_ENTRY_get_object(entry)));
        if (rank >= 0 && rank < highest)
            return "the order is C, ST, L, street, postalCode, O, OU, CN";
        highest = std::max(highest, rank);
    }
    return std::nullopt;
}

Finding several_in_one_set(const Specimen& specimen) {
    const X509_NAME* name = subject_of(specimen);
    for (int i = 1; i < X509_NAME_entry_count(name); ++i)
        if (X509_NAME_ENTRY_set(X509_NAME_get_entry(name, i)) ==
            X509_NAME_ENTRY_set(X509_NAME_get_entry(name, i - 1)))
            return "each attribute has a set of its own";
    return std::nullopt;
}

constexpr std::array<Check, 9> kChecks = {{
    {"issuer_field_empty", Weight::kForbidden, issuer_empty},
    {"ca_subject_field_empty", Weight::kForbidden, ca_subject_empty},
    {"subject_empty_without_san", Weight::kForbidden, nobody_named},
    {"subject_country_not_printable_string", Weight::kForbidden, country_type},
    {"subject_country_not_two_letters", Weight::kForbidden, country_length},
    {"subject_dn_serial_number_not_printable_string", Weight::kForbidden, serial_number_type},
    {"subject_common_name_max_length", Weight::kForbidden, common_name_length},
    {"invalid_subject_rdn_order", Weight::kAdvice, attribute_order},
    {"multiple_attributes_in_rdn", Weight::kAdvice, several_in_one_set},
}};

}  // namespace

std::span<const Check> subject_checks() {
    return kChecks;
}

}  // namespace stackseal::pki
