// SPDX-License-Identifier: Apache-2.0
// Documents: access by path, comparison, and the merge patch between two of them.
#include "controller/core/value.hpp"

#include <algorithm>

#include "controller/core/secret_bytes.hpp"

namespace stackseal::core {

Value::~Value() {
    if (auto* text = std::get_if<std::string>(&held)) wipe(*text);
}

Value Value::of(bool truth) {
    Value v;
    v.held = truth;
    return v;
}

Value Value::of(std::int64_t number) {
    Value v;
    v.held = number;
    return v;
}

Value Value::of(std::string_view text) {
    Value v;
    v.held = std::string(text);
    return v;
}

Value Value::array(Array items) {
    Value v;
    v.held = std::move(items);
    return v;
}

Value Value::object(Object members) {
    Value v;
    v.held = std::move(members);
    return v;
}

const Value* Value::find(std::string_view key) const {
    const Object* all = members();
    if (all == nullptr) return nullptr;
    const auto it = std::ranges::find(*all, key, &Member::first);
    return it == all->end() ? nullptr : &it->second;
}

const Value* Value::find_path(std::initializer_list<std::string_view> keys) const {
    const Value* at = this;
    for (const std::string_view key : keys) {
        at = at->find(key);
        if (at == nullptr) return nullptr;
    }
    return at;
}

std::string_view Value::text_at(std::initializer_list<std::string_view> keys) const {
    const Value* at = find_path(keys);
    return at != nullptr && at->text() != nullptr ? std::string_view(*at->text())
                                                  : std::string_view();
}

Value& Value::set(std::string_view key, Value value) {
    if (!is_object()) held = Object{};
    auto& all = std::get<Object>(held);
    const auto it = std::ranges::find(all, key, &Member::first);
    if (it != all.end()) return it->second = std::move(value);
    return all.emplace_back(std::string(key), std::move(value)).second;
}

namespace {
bool same_members(const Value::Object& a, const Value& other) {
    return a.size() == other.members()->size() && std::ranges::all_of(a, [&](const auto& member) {
               const Value* twin = other.find(member.first);
               return twin != nullptr && member.second == *twin;
           });
}
}  // namespace

bool Value::operator==(const Value& other) const {
    if (is_object() && other.is_object()) return same_members(*members(), other);
    return held == other.held;
}

Value merge_patch(const Value& from, const Value& to) {
    if (!from.is_object() || !to.is_object()) return from == to ? Value{} : to;
    Value patch;
    for (const auto& [key, wanted] : *to.members()) {
        const Value* had = from.find(key);
        if (had == nullptr) {
            if (!wanted.is_null()) patch.set(key, wanted);
        } else if (Value change = merge_patch(*had, wanted); !(*had == wanted)) {
            patch.set(key, std::move(change));
        }
    }
    for (const auto& [key, had] : *from.members())
        if (to.find(key) == nullptr && !had.is_null()) patch.set(key, Value{});
    return patch;
}

}  // namespace stackseal::core
