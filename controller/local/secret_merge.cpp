// SPDX-License-Identifier: Apache-2.0
// Pure: from the Secret as it stands and the write to the Secret as it will stand.
#include "controller/local/secret_merge.hpp"

#include <algorithm>

#include "controller/api/names.hpp"
#include "controller/core/concat.hpp"
#include "controller/core/ref.hpp"
#include "controller/local/identity.hpp"
#include "controller/local/secret_document.hpp"
#include "controller/local/secret_folder.hpp"

namespace stackseal::local {

namespace {

using core::Code;
using core::Error;
using core::Result;
using ports::ApplySecret;
using Texts = std::map<std::string, std::string>;

/// Source: corev1.MaxSecretSize.
constexpr std::size_t kSizeLimit = 1U << 20U;

Error conflict(const ApplySecret& wanted, std::string_view what) {
    return {Code::kConflict, core::concat(core::to_string(wanted.ref), ": ", what)};
}

Error invalid(const ApplySecret& wanted, std::string_view what) {
    return {Code::kInvalid, core::concat(core::to_string(wanted.ref), ": ", what)};
}

Result<void> check_precondition(const api::Secret* held, const ApplySecret& wanted) {
    if (held == nullptr && !wanted.expected_version.empty())
        return conflict(wanted, "is gone; it is read again");
    if (held != nullptr && wanted.expected_version.empty())
        return conflict(wanted, "exists already; it is read again");
    if (held != nullptr && held->meta.resource_version != wanted.expected_version)
        return conflict(wanted, "was changed by another; it is read again");
    return {};
}

Result<void> check_keys(const ApplySecret& wanted) {
    for (const auto& [key, bytes] : wanted.body.data)
        if (!is_secret_key(key) || key == kMetadataFile)
            return invalid(wanted, core::concat("data: key \"", key.substr(0, 80),
                                                "\" may hold letters, digits, '-', '_' and '.'"));
    return {};
}

bool same_data(const api::Secret& a, const api::Secret& b) {
    return std::ranges::equal(a.data, b.data, [](const auto& x, const auto& y) {
        return x.first == y.first && x.second.same(y.second);
    });
}

void merge_texts(Texts& held, const Texts& wanted, const std::vector<std::string>& dropped) {
    for (const std::string& key : dropped) held.erase(key);
    for (const auto& [key, value] : wanted) held[key] = value;
}

void merge_owners(std::vector<api::OwnerReference>& held,
                  const std::vector<api::OwnerReference>& wanted) {
    for (const api::OwnerReference& owner : wanted) {
        std::erase_if(held, [&](const auto& other) { return other.uid == owner.uid; });
        held.push_back(owner);
    }
}

api::Secret created(const ApplySecret& wanted) {
    api::Secret secret = copy_of(wanted.body);
    if (secret.type.empty()) secret.type = "Opaque";
    return secret;
}

/// Type and immutability stay as they were created.
api::Secret changed(const api::Secret& held, const ApplySecret& wanted) {
    api::Secret secret = copy_of(held);
    const api::Meta& body = wanted.body.meta;
    merge_texts(secret.meta.labels, body.labels, wanted.dropped_labels);
    merge_texts(secret.meta.annotations, body.annotations, wanted.dropped_annotations);
    std::erase_if(secret.meta.owners,
                  [&](const auto& owner) { return owner.uid == wanted.dropped_owner; });
    merge_owners(secret.meta.owners, body.owners);
    for (const auto& [key, bytes] : wanted.body.data)
        secret.data.insert_or_assign(key, bytes.copy());
    return secret;
}

Result<void> check_whole(const api::Secret& secret, const ApplySecret& wanted) {
    std::size_t size = 0;
    for (const auto& [key, bytes] : secret.data) size += bytes.size();
    if (size > kSizeLimit)
        return invalid(wanted, core::concat("data: holds ", size, " bytes; at most ", kSizeLimit));
    if (secret.type != api::kTlsType) return {};
    for (const std::string_view key : {api::kTlsCrt, api::kTlsKey})
        if (api::find_data(secret, key) == nullptr)
            return invalid(wanted, core::concat("data: a ", api::kTlsType, " Secret needs ", key));
    return {};
}

}  // namespace

Result<api::Secret> merge(const api::Secret* held, const ApplySecret& wanted) {
    STACKSEAL_CHECK(check_names(wanted.ref));
    STACKSEAL_CHECK(check_keys(wanted));
    STACKSEAL_CHECK(check_precondition(held, wanted));
    api::Secret next = held == nullptr ? created(wanted) : changed(*held, wanted);
    if (held != nullptr && held->immutable && !same_data(*held, next))
        return invalid(wanted, "immutable: its data cannot be changed; delete it first");
    STACKSEAL_CHECK(check_whole(next, wanted));
    return next;
}

bool same_content(const api::Secret& from, const api::Secret& to) {
    return from.meta.labels == to.meta.labels && from.meta.annotations == to.meta.annotations &&
           from.meta.owners == to.meta.owners && from.type == to.type &&
           from.immutable == to.immutable && same_data(from, to);
}

}  // namespace stackseal::local
