// SPDX-License-Identifier: Apache-2.0
// What is asked of the API server, as values; nothing here sends.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "controller/api/names.hpp"
#include "controller/core/ref.hpp"
#include "controller/core/value.hpp"
#include "controller/ports/transport.hpp"

namespace stackseal::kube {

/// One request and what it does in words, for errors: "patch certificates/status openstack/db".
struct Call {
    ports::Request http;
    std::string action;
};

/// What is listed and watched: a resource in a namespace ("": all), by label, whole or metadata.
struct Query {
    core::Resource resource = core::Resource::kCertificate;
    std::string space;
    std::string label_selector;
    bool metadata_only = false;
};

/// Keeps RFC 3986 unreserved characters, escapes all others; "." and ".." are escaped as a whole.
std::string percent_encode(std::string_view text);

/// "/apis/stackseal.io/v1alpha1/namespaces/x/certificates", "/api/v1/secrets" for all namespaces.
std::string collection_path(core::Resource resource, std::string_view space);
/// The path of one object. Its name must not be empty.
std::string object_path(const core::Ref& ref);

/// One object, from a consistent read.
Call get_object(const core::Ref& ref);

/// One page, from a consistent read (no resourceVersion). token: the last page's "continue".
Call list_page(const Query& query, const std::string& token = "", int limit = 500);

/// How a watch begins: at a version, or with the present state (version "": WatchList).
struct WatchStart {
    std::string version;
    std::chrono::seconds timeout{300};
};
/// The stream that begins so. It is ended by the server after start.timeout, by us 30 s later.
ports::StreamRequest watch(const Query& query, const WatchStart& start);
/// "watch secrets in all namespaces", for errors.
std::string watch_action(const Query& query);

/// POST; the body names the object. Refused with 409 if the name is taken.
Call create(core::Resource resource, const std::string& space, const core::Value& body);
/// RFC 7396: null removes, lists are replaced. A resourceVersion in it is the precondition.
Call merge_patch(const core::Ref& ref, const core::Value& patch);
/// The same on the status subresource.
Call merge_patch_status(const core::Ref& ref, const core::Value& patch);

/// GET of a path as given; this and the next three serve what is not watched: events and leases.
Call get_at(std::string path, std::string action);
/// POST to a collection's path.
Call create_at(const std::string& path, std::string action, const core::Value& body);
/// PATCH of an object's path.
Call merge_patch_at(const std::string& path, std::string action, const core::Value& patch);
/// PUT to an object's path; the body's resourceVersion is the precondition.
Call replace_at(const std::string& path, std::string action, const core::Value& body);

/// Server-side apply; the body is the manager's whole intent. force takes fields from others.
Call apply(const core::Ref& ref, const core::Value& body, bool force,
           std::string_view manager = api::kFieldManager);

/// Deletes the object only if uid and, unless empty, version still fit.
Call remove(const core::Ref& ref, const std::string& uid, const std::string& version);

}  // namespace stackseal::kube
