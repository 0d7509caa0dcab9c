// SPDX-License-Identifier: Apache-2.0
// Conditions and labels.
#include "controller/api/meta.hpp"

#include <algorithm>

namespace stackseal::api {

std::string_view find_or_empty(const std::map<std::string, std::string>& map,
                               std::string_view key) {
    const auto it = map.find(std::string(key));
    return it == map.end() ? std::string_view() : std::string_view(it->second);
}

const Condition* find_condition(const std::vector<Condition>& all, std::string_view type) {
    const auto it = std::ranges::find(all, type, &Condition::type);
    return it == all.end() ? nullptr : &*it;
}

void set_condition(std::vector<Condition>& all, Condition condition, core::Time now) {
    const auto it = std::ranges::find(all, condition.type, &Condition::type);
    const bool moved = it == all.end() || it->status != condition.status || !it->last_transition;
    condition.last_transition = moved ? std::optional(now) : it->last_transition;
    if (it == all.end()) {
        all.push_back(std::move(condition));
    } else {
        *it = std::move(condition);
    }
}

}  // namespace stackseal::api
