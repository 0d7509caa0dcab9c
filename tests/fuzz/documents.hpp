// SPDX-License-Identifier: Apache-2.0
// The documents of an input: JSON if it looks like that, else YAML, as files and answers come.
#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "controller/core/value.hpp"
#include "controller/text/json.hpp"
#include "controller/text/yaml.hpp"

namespace stackseal::fuzz {

/// Empty for what is neither.
inline std::vector<core::Value> documents_of(std::string_view text) {
    if (!text.starts_with('{')) {
        auto read = text::parse_yaml(text);
        return read ? *std::move(read) : std::vector<core::Value>();
    }
    auto read = text::parse_json(text);
    return read ? std::vector<core::Value>{*std::move(read)} : std::vector<core::Value>();
}

}  // namespace stackseal::fuzz
