// SPDX-License-Identifier: Apache-2.0
// The snapshots of all watched objects, and the delivery of their changes. Any thread may call.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <vector>

#include "controller/ports/cluster.hpp"

namespace stackseal::store {

/// Holds the newest known snapshot of each object. Changes of one object are delivered in order,
/// after the store holds them; handlers run on the caller's thread and must be quick.
class Store {
  public:
    /// Before any put: not guarded.
    void watch(std::function<void(const ports::Change&)> handler);

    /// Null snapshot: absent.
    api::Object find(const core::Ref& ref) const;
    /// In order of namespace and name. Absent objects are not among them.
    std::vector<api::Object> select(const ports::Selection& selection) const;
    /// Over all namespaces. Costs a selection: for metrics.
    std::size_t size(core::Resource resource) const;

    /// Takes a snapshot over and delivers the change. Does nothing if the store already holds this
    /// version or a newer one of the same uid (resourceVersions are compared as numbers, KEP-5504),
    /// so the echo of an own write wakes nobody.
    void put(api::Object object, bool initial = false);

    /// Removes an object and delivers the change, unless what is held is newer than version.
    /// The version is remembered, so that a late answer to an own write cannot revive the object.
    void remove(const core::Ref& ref, const std::string& version);

    /// Makes the given objects the only ones of a selection, as listed at version: what is held,
    /// not listed and not newer is removed first (its deletion was missed), then the listed are
    /// put.
    void replace(const ports::Selection& selection, std::vector<api::Object> objects,
                 const std::string& version, bool initial);

  private:
    void deliver(const ports::Change& change) const;
    bool supersedes(const api::Object& fresh, const api::Object& held) const;
    void bury(const core::Ref& ref, const std::string& version);

    mutable std::shared_mutex mutex_;
    std::mutex order_;  ///< held across a change and its delivery: per-object order
    std::map<core::Ref, api::Object> objects_;
    std::map<core::Ref, std::string> buried_;  ///< guarded by order_: versions of deletions
    std::vector<std::function<void(const ports::Change&)>> handlers_;
};

/// True if resourceVersion a is newer than b. Decimal numbers of any length compare as numbers;
/// anything else is not comparable, and then only equality counts: a differs from b.
bool is_newer(std::string_view a, std::string_view b);

}  // namespace stackseal::store
