// SPDX-License-Identifier: Apache-2.0
// A live read is put like any other news: the store drops what is older than what it holds.
#include "controller/kube/refresh.hpp"

#include <utility>

#include "controller/kube/secret_facts.hpp"

namespace stackseal::kube {

Refresh::Refresh(Client& client, SecretReader& secrets, Intake& intake, std::stop_token stop)
    : client_(client), secrets_(secrets), intake_(intake), stop_(std::move(stop)) {}

core::Result<api::Object> Refresh::live(const core::Ref& ref) {
    if (ref.resource == core::Resource::kSecret) {
        STACKSEAL_TRY(auto facts, secrets_.read_facts(ref));
        if (facts && !is_managed(facts->meta)) return foreign_of(*facts);
        return api::Object(std::move(facts));
    }
    const auto document = client_.call(get_object(ref), stop_);
    if (document) return intake_.object(ref.resource, *document);
    if (document.error().code == core::Code::kNotFound) return api::absent(ref.resource);
    return document.error();
}

core::Result<void> Refresh::operator()(const core::Ref& ref, const std::string& gone_at) {
    const api::Object before = intake_.store().find(ref);
    STACKSEAL_TRY(api::Object now, live(ref));
    if (api::meta_of(now) != nullptr) {
        intake_.store().put(std::move(now));
        return {};
    }
    const api::Meta* held = api::meta_of(before);
    if (!gone_at.empty())
        intake_.store().remove(ref, gone_at);
    else if (held != nullptr)
        intake_.store().remove(ref, held->resource_version);
    return {};
}

}  // namespace stackseal::kube
