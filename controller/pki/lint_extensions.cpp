// SPDX-License-Identifier: Apache-2.0
// Checks of constraints and key identifiers. RFC 5280 4.2.1 and OpenSSL's strict ones.
#include <array>

#include "controller/pki/certificate.hpp"
#include "controller/pki/check.hpp"

namespace stackseal::pki {

namespace {

Finding constraints_not_critical(const Specimen& specimen) {
    return when(specimen.facts.is_ca && !is_critical(specimen, NID_basic_constraints),
                "a CA's basicConstraints are critical");
}

Finding path_length_without_ca(const Specimen& specimen) {
    const bool may_sign = specimen.facts.is_ca && has_usage(specimen, core::Usage::kCertSign);
    return when(specimen.facts.max_path_len && !may_sign,
                "a path length needs CA:TRUE and keyCertSign");
}

Finding issuer_id_critical(const Specimen& specimen) {
    return when(is_critical(specimen, NID_authority_key_identifier),
                "authorityKeyIdentifier is not critical");
}

Finding issuer_id_missing(const Specimen& specimen) {
    return when(
        !specimen.facts.self_signed && !has_extension(specimen, NID_authority_key_identifier),
        "all but self-signed certificates have an authorityKeyIdentifier");
}

Finding issuer_id_without_key_id(const Specimen& specimen) {
    return when(has_extension(specimen, NID_authority_key_identifier) &&
                    specimen.facts.authority_key_id.empty(),
                "authorityKeyIdentifier has a keyIdentifier");
}

Finding own_id_critical(const Specimen& specimen) {
    return when(is_critical(specimen, NID_subject_key_identifier),
                "subjectKeyIdentifier is not critical");
}

Finding own_id_missing_ca(const Specimen& specimen) {
    return when(specimen.facts.is_ca && specimen.facts.subject_key_id.empty(),
                "a CA has a subjectKeyIdentifier");
}

Finding own_id_missing_leaf(const Specimen& specimen) {
    return when(!specimen.facts.is_ca && specimen.facts.subject_key_id.empty(),
                "a leaf should have a subjectKeyIdentifier");
}

Finding constrained_not_critical(const Specimen& specimen) {
    return when(has_extension(specimen, NID_name_constraints) &&
                    !is_critical(specimen, NID_name_constraints),
                "nameConstraints are critical");
}

Finding constrained_leaf(const Specimen& specimen) {
    return when(has_extension(specimen, NID_name_constraints) && !specimen.facts.is_ca,
                "nameConstraints stand in CA certificates only");
}

/// Absent and unreadable are told apart by has_extension().
NameConstraintsHandle constraints_of(const Specimen& specimen) {
    auto found = extension_of<NameConstraintsHandle>(specimen.x509, NID_name_constraints);
    return found ? *std::move(found) : NameConstraintsHandle();
}

Finding constrained_unreadable(const Specimen& specimen) {
    return when(has_extension(specimen, NID_name_constraints) && !constraints_of(specimen),
                "nameConstraints do not parse");
}

Finding constrained_to_nothing(const Specimen& specimen) {
    const auto constraints = constraints_of(specimen);
    if (constraints == nullptr) return std::nullopt;
    return when(sk_GENERAL_SUBTREE_num(constraints->permittedSubtrees) <= 0 &&
                    sk_GENERAL_SUBTREE_num(constraints->excludedSubtrees) <= 0,
                "nameConstraints name at least one subtree");
}

template <class Fault>
bool any_subtree(const STACK_OF(GENERAL_SUBTREE) * trees, Fault fault) {
    for (int i = 0; i < sk_GENERAL_SUBTREE_num(trees); ++i)
        if (fault(sk_GENERAL_SUBTREE_value(trees, i))) return true;
    return false;
}

template <class Fault>
bool any_constraint(const Specimen& specimen, Fault fault) {
    const auto constraints = constraints_of(specimen);
    if (constraints == nullptr) return false;
    return any_subtree(constraints->permittedSubtrees, fault) ||
           any_subtree(constraints->excludedSubtrees, fault);
}

Finding constrained_minimum(const Specimen& specimen) {
    const auto above_zero = [](const GENERAL_SUBTREE* tree) {
        return tree->minimum != nullptr && ASN1_INTEGER_get(tree->minimum) != 0;
    };
    return when(any_constraint(specimen, above_zero), "a subtree's minimum is 0");
}

Finding constrained_maximum(const Specimen& specimen) {
    const auto present = [](const GENERAL_SUBTREE* tree) { return tree->maximum != nullptr; };
    return when(any_constraint(specimen, present), "a subtree's maximum is absent");
}

constexpr std::array<Check, 14> kChecks = {{
    {"basic_constraints_not_critical", Weight::kForbidden, constraints_not_critical},
    {"path_len_constraint_improperly_included", Weight::kForbidden, path_length_without_ca},
    {"ext_authority_key_identifier_critical", Weight::kForbidden, issuer_id_critical},
    {"ext_authority_key_identifier_missing", Weight::kForbidden, issuer_id_missing},
    {"ext_authority_key_identifier_no_key_identifier", Weight::kForbidden,
     issuer_id_without_key_id},
    {"ext_subject_key_identifier_critical", Weight::kForbidden, own_id_critical},
    {"ext_subject_key_identifier_missing_ca", Weight::kForbidden, own_id_missing_ca},
    {"ext_subject_key_identifier_missing_sub_cert", Weight::kAdvice, own_id_missing_leaf},
    {"ext_name_constraints_not_critical", Weight::kForbidden, constrained_not_critical},
    {"ext_name_constraints_not_in_ca", Weight::kForbidden, constrained_leaf},
    {"name_constraint_unparsable", Weight::kForbidden, constrained_unreadable},
    {"name_constraint_empty", Weight::kForbidden, constrained_to_nothing},
    {"name_constraint_minimum_non_zero", Weight::kForbidden, constrained_minimum},
    {"name_constraint_maximum_not_absent", Weight::kForbidden, constrained_maximum},
}};

}  // namespace

std::span<const Check> extension_checks() {
    return kChecks;
}

}  // namespace stackseal::pki
