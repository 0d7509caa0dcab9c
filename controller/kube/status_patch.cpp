// SPDX-License-Identifier: Apache-2.0
// Status patches, and the detection of members that an older CRD prunes.
#include "controller/kube/status_patch.hpp"

#include <utility>

#include "controller/api/codec.hpp"
#include "controller/core/concat.hpp"

namespace stackseal::kube {

namespace {

struct StatusOf {
    core::Value operator()(const api::Snapshot<api::Certificate>& held) const {
        return held ? api::encode_status(*held) : core::Value();
    }
    core::Value operator()(const api::Snapshot<api::Issuer>& held) const {
        return held ? api::encode_status(*held) : core::Value();
    }
    core::Value operator()(const api::Snapshot<api::SecretFacts>&) const { return {}; }
    core::Value operator()(const api::Snapshot<api::Namespace>&) const { return {}; }
};

std::string member_path(const std::string& above, const std::string& key) {
    return above.empty() ? key : core::concat(above, ".", key);
}

void strip(core::Value& value, const std::string& path, const Paths& paths) {
    if (auto* items = std::get_if<core::Value::Array>(&value.held))
        for (core::Value& item : *items) strip(item, path + "[]", paths);
    auto* members = std::get_if<core::Value::Object>(&value.held);
    if (members == nullptr) return;
    std::erase_if(*members, [&](const core::Value::Member& member) {
        return paths.contains(member_path(path, member.first));
    });
    for (auto& [key, below] : *members) strip(below, member_path(path, key), paths);
}

void find_lost(Paths& lost, const std::string& path, const core::Value& sent,
               const core::Value& answered);

void find_lost_items(Paths& lost, const std::string& path, const core::Value& sent,
                     const core::Value& answered) {
    if (answered.items() == nullptr || sent.items()->size() != answered.items()->size()) return;
    for (std::size_t i = 0; i < sent.items()->size(); ++i)
        find_lost(lost, path + "[]", (*sent.items())[i], (*answered.items())[i]);
}

void find_lost(Paths& lost, const std::string& path, const core::Value& sent,
               const core::Value& answered) {
    if (sent.items() != nullptr) return find_lost_items(lost, path, sent, answered);
    if (sent.members() == nullptr) return;
    for (const auto& [key, value] : *sent.members()) {
        const core::Value* kept = answered.find(key);
        if (kept == nullptr)
            lost.insert(member_path(path, key));
        else
            find_lost(lost, member_path(path, key), value, *kept);
    }
}

}  // namespace

core::Value status_of(const api::Object& object) {
    return std::visit(StatusOf{}, object);
}

core::Value without(core::Value status, const Paths& paths) {
    if (!paths.empty()) strip(status, "", paths);
    return status;
}

Paths lost(const core::Value& sent, const core::Value& answered) {
    Paths paths;
    find_lost(paths, "", sent, answered);
    return paths;
}

core::Value status_patch(const api::Object& before, const api::Object& after, const Paths& pruned) {
    return core::merge_patch(without(status_of(before), pruned), without(status_of(after), pruned));
}

}  // namespace stackseal::kube
