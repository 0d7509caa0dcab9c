// SPDX-License-Identifier: Apache-2.0
// The Issuer's field tables. A line here and a property in crds/ say the same, or a test fails.
#include "controller/api/issuer.hpp"

#include "controller/api/object.hpp"
#include "controller/api/tables.hpp"

namespace stackseal::api {

namespace {
constexpr std::string_view kNamespacesFrom[] = {"Same", "Names", "Selector", "All"};
constexpr std::string_view kGenerationStates[] = {"Active"};
}  // namespace

template <>
std::span<const std::string_view> enum_names<NamespacesFrom>() {
    return kNamespacesFrom;
}

template <>
std::span<const std::string_view> enum_names<GenerationState>() {
    return kGenerationStates;
}

/// A selector is an object with one field in the API, and its map alone in the struct.
struct Selector {
    std::map<std::string, std::string> match_labels;
    bool operator==(const Selector&) const = default;
};

namespace {

constexpr Field kCaSecret[] = {
    required<&CaSecret::secret_name>("secretName", {.min_chars = 1, .chars = 253}),
};

constexpr Field kAuthority[] = {
    required<&Authority::common_name>("commonName", {.min_chars = 1, .chars = 56}),
    optional<&Authority::subject>("subject"),
    optional<&Authority::duration>("duration"),
    optional<&Authority::private_key>("privateKey"),
    optional<&Authority::signed_by>("signedBy"),
    optional<&Authority::max_path_len>("maxPathLen", {.min = 0, .max = 16}),
};

constexpr Field kSelector[] = {
    optional<&Selector::match_labels>("matchLabels", {.chars = 63, .items = 16}),
};

void decode_selector(const core::Value& value, const Field& field, Decoder& decoder, void* owner) {
    static_cast<AllowedNamespaces*>(owner)->match_labels =
        Codec<Selector>::decode(value, field.bounds, decoder).match_labels;
}

std::optional<core::Value> encode_selector(const void* owner, bool) {
    const auto& labels = static_cast<const AllowedNamespaces*>(owner)->match_labels;
    if (labels.empty()) return std::nullopt;
    return Codec<Selector>::encode({labels});
}

constexpr Field kAllowedNamespaces[] = {
    optional<&AllowedNamespaces::from>("from"),
    optional<&AllowedNamespaces::names>("names", {.min_chars = 1, .chars = 63, .items = 100}),
    {"selector",
     Presence::kOptional,
     {},
     &decode_selector,
     &encode_selector,
     &Codec<Selector>::schema},
};

constexpr Field kAllow[] = {
    optional<&Allow::namespaces>("namespaces"),
    optional<&Allow::dns_domains>("dnsDomains", {.min_chars = 1, .chars = 253, .items = 100}),
    optional<&Allow::ip_ranges>("ipRanges", {.min_chars = 4, .chars = 49, .items = 100}),
    optional<&Allow::uris>("uris", {.min_chars = 3, .chars = 2048, .items = 100}),
    optional<&Allow::emails>("emails", {.min_chars = 1, .chars = 254, .items = 100}),
    optional<&Allow::common_names>("commonNames", {.min_chars = 1, .chars = 64, .items = 100}),
    optional<&Allow::usages>("usages", {.items = core::kUsageCount}),
    optional<&Allow::max_duration>("maxDuration"),
    optional<&Allow::is_ca>("isCA"),
};

constexpr Field kGeneration[] = {
    required<&AuthorityGeneration::number>("number", {.min = 0}),
    optional<&AuthorityGeneration::fingerprint>("fingerprint", {.chars = 64}),
    optional<&AuthorityGeneration::secret_name>("secretName", {.chars = 253}),
    optional<&AuthorityGeneration::not_after>("notAfter"),
    required<&AuthorityGeneration::state>("state"),
};

constexpr Field kStatus[] = {
    optional<&IssuerStatus::conditions>("conditions", kConditions),
    optional<&IssuerStatus::generations>("generations", {.items = 16}),
    optional<&IssuerStatus::not_after>("notAfter"),
    optional<&IssuerStatus::expires>("expires", {.chars = 32}),
};

}  // namespace

template <>
std::span<const Field> fields<SelfSigned>() {
    return {};
}

template <>
std::span<const Field> fields<CaSecret>() {
    return kCaSecret;
}

template <>
std::span<const Field> fields<Authority>() {
    return kAuthority;
}

template <>
std::span<const Field> fields<Selector>() {
    return kSelector;
}

template <>
std::span<const Field> fields<AllowedNamespaces>() {
    return kAllowedNamespaces;
}

template <>
std::span<const Field> fields<Allow>() {
    return kAllow;
}

template <>
std::span<const Field> fields<AuthorityGeneration>() {
    return kGeneration;
}

template <>
std::span<const Field> fields<IssuerStatus>() {
    return kStatus;
}

namespace {

constexpr Field kSpec[] = {
    choice<&IssuerSpec::source, SelfSigned>("selfSigned"),
    choice<&IssuerSpec::source, CaSecret>("ca"),
    choice<&IssuerSpec::source, Authority>("authority"),
    optional<&IssuerSpec::allow>("allow"),
};

constexpr Field kIssuer[] = {
    elsewhere("apiVersion"),
    elsewhere("kind"),
    required<&Issuer::meta>("metadata"),
    required<&Issuer::spec>("spec"),
    optional<&Issuer::status>("status"),
};

}  // namespace

template <>
std::span<const Field> fields<IssuerSpec>() {
    return kSpec;
}

template <>
std::span<const Field> fields<Issuer>() {
    return kIssuer;
}

template Decoded<Issuer> decode<Issuer>(const core::Value&);
template core::Value encode<Issuer>(const Issuer&);
template core::Value encode_status<Issuer>(const Issuer&);
template core::Value schema<Issuer>();

}  // namespace stackseal::api
