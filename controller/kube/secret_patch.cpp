// SPDX-License-Identifier: Apache-2.0
// What is ours in a Secret is replaced; what others put beside it stays.
#include "controller/kube/secret_patch.hpp"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "controller/api/codec.hpp"

namespace stackseal::kube {

namespace {

/// The document without what only the server sets.
core::Value document_of(const ports::ApplySecret& apply) {
    core::Value document = api::encode_secret(apply.body);
    document.set("apiVersion", core::Value::of("v1"));
    document.set("kind", core::Value::of("Secret"));
    core::Value metadata = core::Value::object({{"name", core::Value::of(apply.ref.name)},
                                                {"namespace", core::Value::of(apply.ref.space)}});
    for (const std::string_view key : {"labels", "annotations", "ownerReferences"})
        if (const core::Value* given = document.find_path({"metadata", key}))
            metadata.set(key, *given);
    document.set("metadata", std::move(metadata));
    return document;
}

/// The member called key, made an object if it is absent.
core::Value& object_at(core::Value& parent, std::string_view key) {
    for (auto& [name, value] : std::get<core::Value::Object>(parent.held))
        if (name == key) return value;
    return parent.set(key, core::Value::object());
}

void erase(core::Value& document, std::string_view key) {
    std::erase_if(std::get<core::Value::Object>(document.held),
                  [&](const core::Value::Member& member) { return member.first == key; });
}

void drop(core::Value& metadata, std::string_view key, const std::vector<std::string>& names) {
    if (names.empty()) return;
    core::Value& map = object_at(metadata, key);
    for (const std::string& name : names)
        if (map.find(name) == nullptr) map.set(name, core::Value());
}

bool owned_by(const std::vector<api::OwnerReference>& owners, const std::string& uid) {
    return std::ranges::find(owners, uid, &api::OwnerReference::uid) != owners.end();
}

/// A merge patch replaces the whole list: it is sent only to change it, with the other owners.
void keep_owners(core::Value& metadata, const ports::ApplySecret& apply) {
    if (!apply.before) return;
    const std::vector<api::OwnerReference>& held = apply.before->meta.owners;
    const std::vector<api::OwnerReference>& wanted = apply.body.meta.owners;
    const bool adds =
        !std::ranges::all_of(wanted, [&](const auto& one) { return owned_by(held, one.uid); });
    if (!adds && !owned_by(held, apply.dropped_owner)) return erase(metadata, "ownerReferences");
    api::Secret both;
    both.meta.owners = held;
    std::erase_if(both.meta.owners, [&](const auto& one) {
        return one.uid == apply.dropped_owner || owned_by(wanted, one.uid);
    });
    both.meta.owners.insert(both.meta.owners.end(), wanted.begin(), wanted.end());
    const core::Value encoded = api::encode_secret(both);
    const core::Value* list = encoded.find_path({"metadata", "ownerReferences"});
    metadata.set("ownerReferences", list == nullptr ? core::Value::array() : *list);
}

}  // namespace

core::Value new_secret(const ports::ApplySecret& apply) {
    return document_of(apply);
}

core::Value secret_patch(const ports::ApplySecret& apply) {
    core::Value document = document_of(apply);
    core::Value& metadata = object_at(document, "metadata");
    metadata.set("resourceVersion", core::Value::of(apply.expected_version));
    keep_owners(metadata, apply);
    drop(metadata, "labels", apply.dropped_labels);
    drop(metadata, "annotations", apply.dropped_annotations);
    erase(document, "type");
    erase(document, "immutable");
    return document;
}

}  // namespace stackseal::kube
