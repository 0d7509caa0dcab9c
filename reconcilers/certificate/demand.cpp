// SPDX-License-Identifier: Apache-2.0
// Field by field.
#include "reconcilers/certificate/demand.hpp"

#include <algorithm>

#include "controller/api/names.hpp"
#include "controller/api/syntax.hpp"

namespace stackseal::certificate {

namespace {

constexpr std::size_t kLongestCommonName = 64;  // RFC 5280 appendix A, ub-common-name

/// As a certificate's facts show them, or a spelling would be taken for a change.
core::Names names_of(const api::CertificateSpec& spec) {
    core::Names names{spec.dns_names, spec.ip_addresses, spec.uris, spec.email_addresses};
    for (std::string& name : names.dns)
        std::ranges::transform(name, name.begin(), [](char c) {
            return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        });
    for (std::string& address : names.ips) address = api::canonical_ip(address).value_or(address);
    return names;
}

std::string common_name_of(const api::CertificateSpec& spec) {
    if (!spec.common_name.empty()) return spec.common_name;
    const core::Names names = names_of(spec);
    for (const auto* list : {&names.dns, &names.ips})
        for (const std::string& name : *list)
            if (name.size() <= kLongestCommonName) return name;
    return "";
}

core::Subject subject_of(const api::CertificateSpec& spec) {
    return {.common_name = common_name_of(spec),
            .countries = spec.subject.countries,
            .provinces = spec.subject.provinces,
            .localities = spec.subject.localities,
            .street_addresses = spec.subject.street_addresses,
            .postal_codes = spec.subject.postal_codes,
            .organizations = spec.subject.organizations,
            .organizational_units = spec.subject.organizational_units,
            .serial_number = spec.subject.serial_number};
}

issuance::KeyDemand key_of(const api::PrivateKeySpec& spec) {
    return {.algorithm = spec.algorithm,
            .size = spec.size,
            .encoding = spec.encoding,
            .rotate = spec.rotation.value_or(api::RotationPolicy::kAlways) ==
                      api::RotationPolicy::kAlways};
}

std::optional<api::OwnerReference> owner_of(const api::Certificate& certificate) {
    if (certificate.spec.deletion == api::DeletionPolicy::kRetain) return std::nullopt;
    const core::ResourceTraits& traits = core::traits(core::Resource::kCertificate);
    return api::OwnerReference{.api_version = traits.api_version(),
                               .kind = std::string(traits.kind),
                               .name = certificate.meta.name,
                               .uid = certificate.meta.uid,
                               .controller = true};
}

std::chrono::seconds default_duration(const issuance::Resolved& resolved) {
    const std::chrono::seconds usual = issuance::Demand{}.default_duration;
    if (!resolved.issuer) return usual;
    return std::min(usual, resolved.issuer->spec.allow.max_duration.value_or(usual));
}

}  // namespace

issuance::Demand demand_of(const api::Certificate& certificate,
                           const issuance::Resolved& resolved) {
    const api::CertificateSpec& spec = certificate.spec;
    const std::string& space = certificate.meta.space;
    return {.owner = {core::Resource::kCertificate, space, certificate.meta.name},
            .owner_uid = certificate.meta.uid,
            .owner_generation = certificate.meta.generation,
            .secret = {core::Resource::kSecret, space, spec.secret_name},
            .subject = subject_of(spec),
            .names = names_of(spec),
            .is_ca = spec.is_ca,
            .usages = spec.usages,
            .duration = spec.duration,
            .default_duration = default_duration(resolved),
            .key = key_of(spec.private_key),
            .renewal = {spec.renew_before, spec.renew_before_percentage},
            .signer = resolved.source,
            .issuer = issuance::completed(spec.issuer_ref, space),
            .reissue = spec.reissue,
            .identity = {{std::string(api::kCertificateName), certificate.meta.name}},
            .recorded = {{std::string(api::kCertificateUid), certificate.meta.uid}},
            .secret_template = spec.secret_template,
            .owner_reference = owner_of(certificate)};
}

}  // namespace stackseal::certificate
