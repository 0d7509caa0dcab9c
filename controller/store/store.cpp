// SPDX-License-Identifier: Apache-2.0
// Snapshots in one ordered map; the order lock makes put-and-deliver one step.
#include "controller/store/store.hpp"

#include <algorithm>
#include <set>

namespace stackseal::store {

namespace {

bool is_number(std::string_view text) {
    return !text.empty() && text[0] != '0' &&
           std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

bool fits(const ports::Selection& selection, const core::Ref& ref) {
    return ref.resource == selection.resource &&
           (selection.space.empty() || ref.space == selection.space);
}

/// Enough to outlast any answer in flight; then the oldest knowledge is dropped as a whole.
constexpr std::size_t kBuriedLimit = 8192;

}  // namespace

bool is_newer(std::string_view a, std::string_view b) {
    if (!is_number(a) || !is_number(b)) return a != b;
    return a.size() != b.size() ? a.size() > b.size() : a > b;
}

void Store::watch(std::function<void(const ports::Change&)> handler) {
    handlers_.push_back(std::move(handler));
}

bool Store::supersedes(const api::Object& fresh, const api::Object& held) const {
    const api::Meta* old = api::meta_of(held);
    const api::Meta* now = api::meta_of(fresh);
    if (old != nullptr)
        return old->uid != now->uid || is_newer(now->resource_version, old->resource_version);
    const auto grave = buried_.find(api::ref_of(fresh));
    return grave == buried_.end() || is_newer(now->resource_version, grave->second);
}

void Store::bury(const core::Ref& ref, const std::string& version) {
    if (buried_.size() >= kBuriedLimit) buried_.clear();
    const auto [grave, fresh] = buried_.try_emplace(ref, version);
    if (!fresh && is_newer(version, grave->second)) grave->second = version;
}

void Store::deliver(const ports::Change& change) const {
    for (const auto& handler : handlers_) handler(change);
}

api::Object Store::find(const core::Ref& ref) const {
    const std::shared_lock lock(mutex_);
    const auto it = objects_.find(ref);
    return it == objects_.end() ? api::absent(ref.resource) : it->second;
}

std::vector<api::Object> Store::select(const ports::Selection& selection) const {
    const std::shared_lock lock(mutex_);
    std::vector<api::Object> found;
    auto it = objects_.lower_bound({selection.resource, selection.space, ""});
    for (; it != objects_.end() && fits(selection, it->first); ++it) found.push_back(it->second);
    return found;
}

std::size_t Store::size(core::Resource resource) const {
    return select({resource, ""}).size();
}

void Store::put(api::Object object, bool initial) {
    const std::lock_guard order(order_);
    const core::Ref ref = api::ref_of(object);
    const api::Object before = find(ref);
    if (!supersedes(object, before)) return;
    {
        const std::unique_lock lock(mutex_);
        objects_[ref] = object;
    }
    deliver({ref, before, std::move(object), initial});
}

void Store::remove(const core::Ref& ref, const std::string& version) {
    const std::lock_guard order(order_);
    api::Object before = find(ref);
    const api::Meta* held = api::meta_of(before);
    if (held != nullptr && is_newer(held->resource_version, version)) return;
    bury(ref, version);
    if (held == nullptr) return;
    {
        const std::unique_lock lock(mutex_);
        objects_.erase(ref);
    }
    deliver({ref, std::move(before), api::absent(ref.resource), false});
}

void Store::replace(const ports::Selection& selection, std::vector<api::Object> objects,
                    const std::string& version, bool initial) {
    std::set<core::Ref> listed;
    for (const api::Object& object : objects) listed.insert(api::ref_of(object));
    for (const api::Object& held : select(selection))
        if (const core::Ref ref = api::ref_of(held); !listed.contains(ref)) remove(ref, version);
    for (api::Object& object : objects) put(std::move(object), initial);
}

}  // namespace stackseal::store
