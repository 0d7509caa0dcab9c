// SPDX-License-Identifier: Apache-2.0
// Header look-up.
#include "controller/ports/transport.hpp"

#include <algorithm>
#include <cctype>

namespace stackseal::ports {

namespace {
bool same_name(std::string_view a, std::string_view b) {
    return std::ranges::equal(
        a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}
}  // namespace

std::string Response::header(std::string_view name) const {
    const auto it = std::ranges::find_if(
        headers, [&](const auto& field) { return same_name(field.first, name); });
    return it == headers.end() ? std::string() : it->second;
}

}  // namespace stackseal::ports
