// SPDX-License-Identifier: Apache-2.0
// The slice of metadata and of status that all kinds share.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "controller/core/ref.hpp"
#include "controller/core/time.hpp"

namespace stackseal::api {

/// Source: metav1.OwnerReference.
struct OwnerReference {
    std::string api_version;
    std::string kind;
    std::string name;
    std::string uid;
    bool controller = false;

    bool operator==(const OwnerReference&) const = default;
};

/// Source: metav1.ObjectMeta, the part that is read or written here.
struct Meta {
    std::string name;
    std::string space;  ///< metadata.namespace
    std::string uid;
    std::string resource_version;
    std::int64_t generation = 0;
    std::map<std::string, std::string> labels;
    std::map<std::string, std::string> annotations;
    std::vector<OwnerReference> owners;
    std::optional<core::Time> created;
    std::optional<core::Time> deleting;  ///< deletionTimestamp

    bool operator==(const Meta&) const = default;
};

/// The value of a label or an annotation, or "".
std::string_view find_or_empty(const std::map<std::string, std::string>& map, std::string_view key);

/// Source: metav1.Condition. Status is "True", "False" or "Unknown".
struct Condition {
    std::string type;
    std::string status;
    std::string reason;
    std::string message;
    std::int64_t observed_generation = 0;
    std::optional<core::Time> last_transition;

    bool operator==(const Condition&) const = default;
};

/// The condition of a type, or null.
const Condition* find_condition(const std::vector<Condition>& all, std::string_view type);

/// Sets a condition; last_transition moves to now only when the status changes.
/// Source: apimachinery's SetStatusCondition.
void set_condition(std::vector<Condition>& all, Condition condition, core::Time now);

}  // namespace stackseal::api
