// SPDX-License-Identifier: Apache-2.0
// Written and read back as one comma-separated annotation.
#include "reconcilers/issuance/template_keys.hpp"

#include <algorithm>

#include "controller/api/names.hpp"
#include "controller/core/concat.hpp"

namespace stackseal::issuance {

namespace {

std::vector<std::string> marked(const api::SecretTemplate& wanted) {
    std::vector<std::string> keys;
    for (const auto& [name, value] : wanted.annotations) keys.push_back("a:" + name);
    for (const auto& [name, value] : wanted.labels) keys.push_back("l:" + name);
    return keys;
}

std::vector<std::string> split(std::string_view text) {
    std::vector<std::string> parts;
    while (!text.empty()) {
        const std::size_t comma = std::min(text.find(','), text.size());
        parts.emplace_back(text.substr(0, comma));
        text.remove_prefix(std::min(comma + 1, text.size()));
    }
    return parts;
}

}  // namespace

std::string template_keys(const api::SecretTemplate& wanted) {
    return core::join(marked(wanted), ",");
}

std::vector<std::string> left_over(const api::SecretFacts& secret,
                                   const api::SecretTemplate& wanted, std::string_view kind) {
    const std::vector<std::string> now = marked(wanted);
    std::vector<std::string> gone;
    for (const std::string& key :
         split(api::find_or_empty(secret.meta.annotations, api::kTemplateKeys)))
        if (key.starts_with(kind) && std::ranges::find(now, key) == now.end())
            gone.push_back(key.substr(kind.size()));
    return gone;
}

}  // namespace stackseal::issuance
