// SPDX-License-Identifier: Apache-2.0
// Names of objects: which resource, in which namespace, called what.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace stackseal::core {

/// The resources that the program watches. A second API dialect is another row, not another path.
enum class Resource : std::uint8_t { kCertificate, kIssuer, kSecret, kNamespace };

/// How a resource is addressed on the Kubernetes API.
struct ResourceTraits {
    std::string_view group;  ///< "" for the core group
    std::string_view version;
    std::string_view plural;
    std::string_view kind;
    bool namespaced;

    /// "stackseal.io/v1alpha1", or "v1" in the core group.
    std::string api_version() const {
        return group.empty() ? std::string(version)
                             : std::string(group) + "/" + std::string(version);
    }
};

inline constexpr std::string_view kGroup = "stackseal.io";
inline constexpr std::string_view kVersion = "v1alpha1";

inline constexpr std::array<ResourceTraits, 4> kResources = {{
    {kGroup, kVersion, "certificates", "Certificate", true},
    {kGroup, kVersion, "issuers", "Issuer", true},
    {"", "v1", "secrets", "Secret", true},
    {"", "v1", "namespaces", "Namespace", false},
}};

/// kResources stands in the enum's order: a new resource is a line in both.
constexpr const ResourceTraits& traits(Resource resource) {
    return kResources[static_cast<std::size_t>(resource)];
}

/// One object's name. The namespace is empty for a cluster-scoped resource.
struct Ref {
    Resource resource = Resource::kCertificate;
    std::string space;
    std::string name;

    auto operator<=>(const Ref&) const = default;
};

/// "Certificate openstack/keystone": as messages and logs show it.
inline std::string to_string(const Ref& ref) {
    std::string out(traits(ref.resource).kind);
    out += ' ';
    if (!ref.space.empty()) out += ref.space + "/";
    return out + ref.name;
}

}  // namespace stackseal::core

template <>
struct std::hash<stackseal::core::Ref> {
    std::size_t operator()(const stackseal::core::Ref& ref) const noexcept {
        const std::size_t name = std::hash<std::string>{}(ref.name);
        const std::size_t space = std::hash<std::string>{}(ref.space);
        return (name * 31 + space) * 31 + static_cast<std::size_t>(ref.resource);
    }
};
