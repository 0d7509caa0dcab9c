// SPDX-License-Identifier: Apache-2.0
// Pages of the API server, or the files of a state directory: both hold the same documents.
#include "app/status_source.hpp"

#include <algorithm>
#include <array>

#include "app/cluster_link.hpp"
#include "app/observing.hpp"
#include "controller/core/concat.hpp"
#include "controller/kube/requests.hpp"
#include "controller/local/status_files.hpp"

namespace stackseal::app {

namespace {

using core::Result;
using core::Value;
using Documents = std::vector<Value>;

constexpr std::array kShown = {core::Resource::kIssuer, core::Resource::kCertificate};

/// The items of a list carry no kind of their own.
void append_items(const Value& page, core::Resource resource, Documents& documents) {
    const Value* items = page.find("items");
    if (items == nullptr || items->items() == nullptr) return;
    for (Value item : *items->items()) {
        item.set("kind", Value::of(core::traits(resource).kind));
        documents.push_back(std::move(item));
    }
}

Result<void> append_listed(kube::Client& client, const kube::Query& query, Documents& documents) {
    std::string token;
    do {
        STACKSEAL_TRY(const Value page, client.call(kube::list_page(query, token)));
        append_items(page, query.resource, documents);
        token = page.text_at({"metadata", "continue"});
    } while (!token.empty());
    return {};
}

Result<Documents> of_cluster(const StatusSettings& settings) {
    Observing observing(RunSettings{.log_level = "warning"});
    STACKSEAL_TRY(kube::Config config, find_cluster(settings.kubeconfig, settings.context));
    STACKSEAL_TRY(const auto link, ClusterLink::open(std::move(config), 1, 1, observing));
    const auto& asked = settings.namespaces;
    const auto spaces = asked.empty() ? std::vector<std::string>{""} : asked;
    Documents documents;
    for (const std::string& space : spaces)
        for (const core::Resource resource : kShown)
            STACKSEAL_CHECK(
                append_listed(link->calls(), {.resource = resource, .space = space}, documents));
    return documents;
}

Result<Documents> of_state(const StatusSettings& settings) {
    STACKSEAL_TRY(const local::Folder folder, local::Folder::open(settings.state));
    STACKSEAL_TRY(const auto status, folder.child("status"));
    if (!status)
        return core::Error{core::Code::kNotFound,
                           core::concat(settings.state,
                                        ": holds no status folder: name the one "
                                        "that `stackseal local` has as --state")};
    STACKSEAL_TRY(Documents documents, local::StatusFiles(folder).all());
    const auto& asked = settings.namespaces;
    std::erase_if(documents, [&](const Value& one) {
        const std::string_view space = one.text_at({"metadata", "namespace"});
        return !asked.empty() && std::find(asked.begin(), asked.end(), space) == asked.end();
    });
    return documents;
}

}  // namespace

Result<Documents> read_documents(const StatusSettings& settings) {
    return settings.state.empty() ? of_cluster(settings) : of_state(settings);
}

}  // namespace stackseal::app
