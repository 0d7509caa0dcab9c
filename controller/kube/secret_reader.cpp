// SPDX-License-Identifier: Apache-2.0
// A foreign Secret's facts are kept by its version; its bytes never.
#include "controller/kube/secret_reader.hpp"

#include <utility>

#include "controller/core/concat.hpp"
#include "controller/kube/secret_facts.hpp"
#include "controller/store/store.hpp"

namespace stackseal::kube {

namespace {

/// An empty name would ask for the whole list.
core::Result<void> check_name(const core::Ref& ref) {
    if (!ref.name.empty() && !ref.space.empty()) return {};
    return core::Error{core::Code::kInvalid,
                       core::concat("a Secret without a ", ref.name.empty() ? "name" : "namespace",
                                    " was asked for")};
}

}  // namespace

SecretReader::SecretReader(Client& client, pki::Inspector& inspector, std::stop_token stop)
    : client_(client), inspector_(inspector), stop_(std::move(stop)) {}

core::Result<api::Secret> SecretReader::read(const core::Ref& ref) {
    STACKSEAL_CHECK(check_name(ref));
    STACKSEAL_TRY(const core::Value document, client_.call(get_object(ref), stop_));
    return decode_secret(document);
}

core::Result<api::Snapshot<api::SecretFacts>> SecretReader::read_facts(const core::Ref& ref) {
    const auto secret = read(ref);
    if (secret) {
        auto facts = facts_of(*secret, inspector_);
        remember(ref, facts);
        return facts;
    }
    if (secret.error().code == core::Code::kNotFound) return api::Snapshot<api::SecretFacts>();
    return secret.error();
}

api::Snapshot<api::SecretFacts> SecretReader::known(const core::Ref& ref,
                                                    const std::string& version) {
    const std::lock_guard lock(mutex_);
    const auto it = known_.find(ref);
    if (it == known_.end()) return nullptr;
    const std::string& held = it->second->meta.resource_version;
    return held == version || store::is_newer(held, version) ? it->second : nullptr;
}

core::Result<api::Snapshot<api::SecretFacts>> SecretReader::facts_at(const core::Ref& ref,
                                                                     const std::string& version) {
    if (auto facts = known(ref, version)) return facts;
    STACKSEAL_TRY(auto facts, read_facts(ref));
    if (!facts) forget(ref);
    return facts;
}

void SecretReader::remember(const core::Ref& ref, api::Snapshot<api::SecretFacts> facts) {
    if (is_managed(facts->meta)) return;  // the store holds it
    const std::lock_guard lock(mutex_);
    known_[ref] = std::move(facts);
}

void SecretReader::forget(const core::Ref& ref) {
    const std::lock_guard lock(mutex_);
    known_.erase(ref);
}

}  // namespace stackseal::kube
