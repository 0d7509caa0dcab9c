// SPDX-License-Identifier: Apache-2.0
// Digests of names, and the grammar of names.
#include "controller/local/identity.hpp"

#include <algorithm>
#include <string>

#include "controller/core/concat.hpp"
#include "controller/core/quoted.hpp"
#include "controller/pki/hash.hpp"

namespace stackseal::local {

namespace {

constexpr std::size_t kNameLimit = 253;
constexpr std::size_t kLabelLimit = 63;

bool is_alnum(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool is_label(std::string_view label) {
    return !label.empty() && is_alnum(label.front()) && is_alnum(label.back()) &&
           std::ranges::all_of(label, [](char c) { return is_alnum(c) || c == '-'; });
}

bool is_key_letter(char c) {
    return is_alnum(c) || (c >= 'A' && c <= 'Z') || c == '-' || c == '_' || c == '.';
}

}  // namespace

std::string uid_of(const core::Ref& ref, std::string_view salt) {
    std::string hex = pki::hex(pki::sha256(core::concat(core::to_string(ref), '\0', salt)));
    hex[12] = '8';
    hex[16] = "89ab"[static_cast<std::size_t>(hex[16]) % 4];
    const std::string_view d = hex;
    return core::concat(d.substr(0, 8), '-', d.substr(8, 4), '-', d.substr(12, 4), '-',
                        d.substr(16, 4), '-', d.substr(20, 12));
}

std::int64_t generation_of(std::string_view spec) {
    const std::string digest = pki::hex(pki::sha256(spec)).substr(0, 13);
    return std::max<std::int64_t>(1, std::stoll(digest, nullptr, 16));
}

bool is_object_name(std::string_view name) {
    if (name.size() > kNameLimit) return false;
    while (true) {
        const std::size_t dot = name.find('.');
        if (!is_label(name.substr(0, dot))) return false;
        if (dot == std::string_view::npos) return true;
        name.remove_prefix(dot + 1);
    }
}

bool is_namespace_name(std::string_view name) {
    return name.size() <= kLabelLimit && is_label(name);
}

bool is_secret_key(std::string_view key) {
    return !key.empty() && key.size() <= kNameLimit && key != "." && !key.starts_with("..") &&
           std::ranges::all_of(key, is_key_letter);
}

core::Result<void> check_names(const core::Ref& ref) {
    const bool namespaced = core::traits(ref.resource).namespaced;
    if (!is_object_name(ref.name))
        return core::Error{core::Code::kInvalid,
                           core::concat("metadata.name: ", core::quoted(ref.name),
                                        " must be lower-case letters, digits, '-' and '.'")};
    if (namespaced ? !is_namespace_name(ref.space) : !ref.space.empty())
        return core::Error{core::Code::kInvalid,
                           core::concat("metadata.namespace: ", core::quoted(ref.space), " ",
                                        namespaced ? "must be lower-case letters, digits and '-'"
                                                   : "does not belong here; remove it")};
    return {};
}

}  // namespace stackseal::local
