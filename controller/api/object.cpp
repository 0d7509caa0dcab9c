// SPDX-License-Identifier: Apache-2.0
// What holds for an object of any kind.
#include "controller/api/object.hpp"

namespace stackseal::api {

const Meta* meta_of(const Object& object) {
    return std::visit([](const auto& held) { return held ? &held->meta : nullptr; }, object);
}

core::Resource resource_of(const Object& object) {
    return static_cast<core::Resource>(object.index());
}

core::Ref ref_of(const Object& object) {
    const Meta* meta = meta_of(object);
    return {resource_of(object), meta->space, meta->name};
}

Object absent(core::Resource resource) {
    switch (resource) {
        case core::Resource::kCertificate:
            return Snapshot<Certificate>();
        case core::Resource::kIssuer:
            return Snapshot<Issuer>();
        case core::Resource::kSecret:
            return Snapshot<SecretFacts>();
        case core::Resource::kNamespace:
            return Snapshot<Namespace>();
    }
    return Snapshot<Certificate>();
}

namespace {

bool same_but_version(Meta a, const Meta& b) {
    a.resource_version = b.resource_version;
    return a == b;
}

template <class T>
bool status_only(const Snapshot<T>& a, const Snapshot<T>& b) {
    return a->spec == b->spec && same_but_version(a->meta, b->meta);
}
bool status_only(const Snapshot<SecretFacts>&, const Snapshot<SecretFacts>&) {
    return false;
}
bool status_only(const Snapshot<Namespace>&, const Snapshot<Namespace>&) {
    return false;
}

}  // namespace

bool differ_in_status_only(const Object& before, const Object& after) {
    if (before.index() != after.index() || !meta_of(before) || !meta_of(after)) return false;
    return std::visit(
        [&](const auto& a) {
            using Held = std::decay_t<decltype(a)>;
            return status_only(a, std::get<Held>(after));
        },
        before);
}

}  // namespace stackseal::api
