// SPDX-License-Identifier: Apache-2.0
// Paths, queries and bodies as the Kubernetes API wants them.
#include "controller/kube/requests.hpp"

#include <utility>
#include <vector>

#include "controller/core/concat.hpp"
#include "controller/text/json.hpp"

namespace stackseal::kube {

namespace {

using Parameters = std::vector<std::pair<std::string_view, std::string>>;

constexpr std::string_view kJson = "application/json";
constexpr std::string_view kOnlyMetadata =
    "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";
constexpr std::string_view kOnlyMetadataList =
    "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";

bool unreserved(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

void escape(std::string& out, char c) {
    constexpr std::string_view kHex = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned char>(c);
    out += {'%', kHex[byte >> 4U], kHex[byte & 15U]};
}

std::string query_text(const Parameters& parameters) {
    std::string out;
    for (const auto& [name, value] : parameters) {
        out += out.empty() ? '?' : '&';
        out += core::concat(name, "=", percent_encode(value));
    }
    return out;
}

std::string in_space(std::string_view space) {
    return space.empty() ? " in all namespaces" : core::concat(" in namespace ", space);
}

/// "secrets openstack/keystone-tls"
std::string object_words(const core::Ref& ref, std::string_view subresource = "") {
    return core::concat(core::traits(ref.resource).plural, subresource, " ",
                        ref.space.empty() ? "" : ref.space + "/", ref.name);
}

ports::Headers accept(std::string_view type) {
    return {{"Accept", std::string(type)}};
}

ports::Request writing(std::string method, std::string target, std::string_view type,
                       const core::Value& body) {
    ports::Request request;
    request.method = std::move(method);
    request.target = std::move(target);
    request.headers = accept(kJson);
    request.headers.emplace_back("Content-Type", type);
    request.body = text::to_json(body);
    request.replayable = false;
    return request;
}

std::string by_manager() {
    return query_text({{"fieldManager", std::string(api::kFieldManager)}});
}

Call patch(const core::Ref& ref, std::string_view subresource, const core::Value& body) {
    return merge_patch_at(core::concat(object_path(ref), subresource),
                          core::concat("patch ", object_words(ref, subresource)), body);
}

core::Value preconditions(const std::string& uid, const std::string& version) {
    core::Value wanted = core::Value::object();
    if (!uid.empty()) wanted.set("uid", core::Value::of(uid));
    if (!version.empty()) wanted.set("resourceVersion", core::Value::of(version));
    return wanted;
}

}  // namespace

std::string percent_encode(std::string_view text) {
    const bool dots = text == "." || text == "..";
    std::string out;
    for (const char c : text) {
        if (unreserved(c) && !dots)
            out += c;
        else
            escape(out, c);
    }
    return out;
}

std::string collection_path(core::Resource resource, std::string_view space) {
    const core::ResourceTraits& traits = core::traits(resource);
    std::string path = traits.group.empty() ? "/api/" : core::concat("/apis/", traits.group, "/");
    path += traits.version;
    if (traits.namespaced && !space.empty())
        path += core::concat("/namespaces/", percent_encode(space));
    return core::concat(path, "/", traits.plural);
}

std::string object_path(const core::Ref& ref) {
    return core::concat(collection_path(ref.resource, ref.space), "/", percent_encode(ref.name));
}

Call get_at(std::string path, std::string action) {
    Call call;
    call.http.method = "GET";
    call.http.target = std::move(path);
    call.http.headers = accept(kJson);
    call.action = std::move(action);
    return call;
}

Call create_at(const std::string& path, std::string action, const core::Value& body) {
    return {writing("POST", path + by_manager(), kJson, body), std::move(action)};
}

Call merge_patch_at(const std::string& path, std::string action, const core::Value& body) {
    return {writing("PATCH", path + by_manager(), "application/merge-patch+json", body),
            std::move(action)};
}

Call replace_at(const std::string& path, std::string action, const core::Value& body) {
    return {writing("PUT", path + by_manager(), kJson, body), std::move(action)};
}

Call get_object(const core::Ref& ref) {
    return get_at(object_path(ref), core::concat("get ", object_words(ref)));
}

Call list_page(const Query& query, const std::string& token, int limit) {
    Parameters parameters = {{"limit", std::to_string(limit)}};
    if (!query.label_selector.empty())
        parameters.emplace_back("labelSelector", query.label_selector);
    if (!token.empty()) parameters.emplace_back("continue", token);
    Call call;
    call.http.method = "GET";
    call.http.target = collection_path(query.resource, query.space) + query_text(parameters);
    call.http.headers = accept(query.metadata_only ? kOnlyMetadataList : kJson);
    call.action = core::concat("list ", core::traits(query.resource).plural, in_space(query.space));
    return call;
}

ports::StreamRequest watch(const Query& query, const WatchStart& start) {
    Parameters parameters = {{"watch", "1"},
                             {"allowWatchBookmarks", "true"},
                             {"timeoutSeconds", std::to_string(start.timeout.count())}};
    if (!query.label_selector.empty())
        parameters.emplace_back("labelSelector", query.label_selector);
    if (!start.version.empty()) {
        parameters.emplace_back("resourceVersion", start.version);
    } else {
        parameters.emplace_back("sendInitialEvents", "true");
        parameters.emplace_back("resourceVersionMatch", "NotOlderThan");
    }
    ports::StreamRequest request;
    request.target = collection_path(query.resource, query.space) + query_text(parameters);
    request.headers = accept(query.metadata_only ? kOnlyMetadata : kJson);
    // The server ends the stream first; this ends one whose server forgot to.
    request.lifetime = start.timeout + std::chrono::seconds(30);
    return request;
}

std::string watch_action(const Query& query) {
    return core::concat("watch ", core::traits(query.resource).plural, in_space(query.space));
}

Call create(core::Resource resource, const std::string& space, const core::Value& body) {
    const std::string name(body.text_at({"metadata", "name"}));
    return create_at(collection_path(resource, space),
                     core::concat("create ", object_words({resource, space, name})), body);
}

Call merge_patch(const core::Ref& ref, const core::Value& body) {
    return patch(ref, "", body);
}

Call merge_patch_status(const core::Ref& ref, const core::Value& body) {
    return patch(ref, "/status", body);
}

Call apply(const core::Ref& ref, const core::Value& body, bool force, std::string_view manager) {
    const Parameters parameters = {{"fieldManager", std::string(manager)},
                                   {"force", force ? "true" : "false"}};
    return {writing("PATCH", object_path(ref) + query_text(parameters),
                    "application/apply-patch+yaml", body),
            core::concat("apply ", object_words(ref))};
}

Call remove(const core::Ref& ref, const std::string& uid, const std::string& version) {
    core::Value options = core::Value::object(
        {{"apiVersion", core::Value::of("v1")}, {"kind", core::Value::of("DeleteOptions")}});
    options.set("propagationPolicy", core::Value::of("Background"));
    options.set("preconditions", preconditions(uid, version));
    return {writing("DELETE", object_path(ref), kJson, options),
            core::concat("delete ", object_words(ref))};
}

}  // namespace stackseal::kube
