// SPDX-License-Identifier: Apache-2.0
// The cluster, real or a directory: read, write, watch. All methods may be called from any thread.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "controller/api/object.hpp"
#include "controller/core/ref.hpp"
#include "controller/core/result.hpp"

namespace stackseal::ports {

/// Which objects: all of a resource, or those of one namespace.
struct Selection {
    core::Resource resource = core::Resource::kCertificate;
    std::string space;  ///< "": all namespaces

    auto operator<=>(const Selection&) const = default;
};

/// Reads. Absence is an answer (a null snapshot), not an error.
class Reader {
  public:
    virtual ~Reader() = default;
    /// The object from the cache. A Secret that is not ours is fetched and inspected when its
    /// metadata says that it changed, so this may block on the network for Secrets only.
    /// Errors: kNotServed for a namespace that is not; those of read_secret for foreign
    /// Secrets.
    virtual core::Result<api::Object> find(const core::Ref& ref) = 0;
    /// All objects of a selection, from the cache, in order of namespace and name.
    virtual core::Result<std::vector<api::Object>> select(const Selection& selection) = 0;
    /// The Secret with its bytes, live. Errors: kNotFound if absent, kDenied, kUnavailable.
    virtual core::Result<api::Secret> read_secret(const core::Ref& ref) = 0;
};

/// find() for a caller that knows the type. Null: absent.
template <class T>
core::Result<api::Snapshot<T>> find(Reader& reader, const core::Ref& ref) {
    STACKSEAL_TRY(api::Object found, reader.find(ref));
    return std::get<api::Snapshot<T>>(std::move(found));
}

/// Creates or changes a Secret. The body's meta holds the wanted labels, annotations and owners.
/// expected_version: the resourceVersion that the decision was made on; empty: must not exist yet.
/// A change sets the keys, labels, annotations and owners that the body names and removes the
/// labels, annotations and owner that are named as dropped; everything else of the Secret stays.
struct ApplySecret {
    core::Ref ref;
    api::Secret body;
    std::string expected_version;
    std::vector<std::string> dropped_labels;
    std::vector<std::string> dropped_annotations;
    std::string dropped_owner;               ///< uid of an owner to remove; empty: none
    api::Snapshot<api::SecretFacts> before;  ///< null when creating
};

/// Writes the status of a Certificate or an Issuer: what differs between before and after, with
/// before's resourceVersion.
struct RecordStatus {
    api::Object before;
    api::Object after;
};

/// Deletes one object, only if it still is the one named: uid and resourceVersion must fit.
struct DeleteObject {
    core::Ref ref;
    std::string uid;
    std::string expected_version;
};

using Write = std::variant<ApplySecret, RecordStatus, DeleteObject>;

/// Writes. Answers with the object as it now stands (absent after a deletion).
class Writer {
  public:
    virtual ~Writer() = default;
    /// Errors: kConflict when the precondition does not hold (stale, taken name, gone): the cache
    /// has then been refreshed with the live object, so that the next find() shows it;
    /// kDenied; kInvalid; kThrottled; kUnavailable, with maybe_executed where the answer was lost.
    virtual core::Result<api::Object> write(Write write) = 0;
};

/// One object's change. before or after is absent at creation and deletion.
struct Change {
    core::Ref ref;
    api::Object before;
    api::Object after;
    bool initial = false;  ///< part of the first listing: not urgent
};

/// Tells of changes. Handlers are quick and are called after the cache holds the change.
class Watcher {
  public:
    virtual ~Watcher() = default;
    /// Registers a handler; before the cluster is started.
    virtual void watch(std::function<void(const Change&)> handler) = 0;
};

}  // namespace stackseal::ports
