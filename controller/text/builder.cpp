// SPDX-License-Identifier: Apache-2.0
// Where the next node of a document belongs.
#include "controller/text/builder.hpp"

#include <algorithm>
#include <utility>

#include "controller/core/concat.hpp"

namespace stackseal::text {

using core::Value;

void Builder::add(Value value) {
    place(std::move(value));
}

void Builder::open(Value container) {
    open_.push_back(&place(std::move(container)));
}

void Builder::key(std::string name, int line) {
    auto& members = std::get<Value::Object>(open_.back()->held);
    members.emplace_back(std::move(name), Value{}).second.line = line;
}

Value& Builder::place(Value value) {
    if (open_.empty()) return root_ = std::move(value);
    if (auto* items = std::get_if<Value::Array>(&open_.back()->held))
        return items->emplace_back(std::move(value));
    Value& slot = std::get<Value::Object>(open_.back()->held).back().second;
    if (slot.line != 0) value.line = slot.line;
    return slot = std::move(value);
}

std::string Builder::path() const {
    std::string path;
    for (std::size_t i = 0; i + 1 < open_.size(); ++i) {
        const auto* items = open_[i]->items();
        path += items != nullptr ? core::concat('/', items->size() - 1)
                                 : core::concat('/', open_[i]->members()->back().first);
    }
    return path;
}

std::string_view Builder::key_above(std::size_t up) const {
    if (open_.size() < up + 2) return {};
    const auto* members = open_[open_.size() - up - 2]->members();
    return members == nullptr ? std::string_view{} : std::string_view(members->back().first);
}

Value Builder::take() {
    open_.clear();
    return std::exchange(root_, Value{});
}

namespace {

const std::string* duplicate_among_few(const Value::Object& members) {
    for (auto it = members.begin(); it != members.end(); ++it)
        for (auto other = members.begin(); other != it; ++other)
            if (other->first == it->first) return &it->first;
    return nullptr;
}

}  // namespace

const std::string* duplicate_key(const Value& object) {
    const Value::Object& members = *object.members();
    if (members.size() <= 16) return duplicate_among_few(members);
    std::vector<const std::string*> keys;
    keys.reserve(members.size());
    for (const auto& member : members) keys.push_back(&member.first);
    std::ranges::sort(keys, {}, [](const std::string* key) { return std::string_view(*key); });
    const auto it = std::ranges::adjacent_find(
        keys, [](const std::string* a, const std::string* b) { return *a == *b; });
    return it == keys.end() ? nullptr : *it;
}

}  // namespace stackseal::text
