// SPDX-License-Identifier: Apache-2.0
// The Secrets of the local cluster: what stands on the disk, what the store knows of it, and the
// API server's rules between the two. Any thread may call.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "controller/local/inotify_watch.hpp"
#include "controller/local/ref_locks.hpp"
#include "controller/local/secret_store.hpp"
#include "controller/ports/cluster.hpp"
#include "controller/ports/log.hpp"
#include "controller/store/store.hpp"

namespace stackseal::local {

/// What it stands on; all outlive it.
struct SecretParts {
    SecretStore& disk;
    store::Store& store;
    InotifyWatch& watch;
    RefLocks& locks;
    Versions& versions;
    ports::Clock& clock;
    ports::Log& log;
};

/// The disk is the truth: a Secret whose stamp differs from the known one is read again, gets a new
/// version and is told to the store, which holds facts only, never key bytes.
class LiveSecrets {
  public:
    using IsDead = std::function<bool(const std::string& uid)>;

    explicit LiveSecrets(SecretParts parts) : parts_(parts) {}

    /// Reads all into the store, as the first listing; logs how far it is.
    core::Result<void> load();
    /// Looks again at one Secret, a namespace's, or all, and tells of what changed.
    void refresh(const core::Ref& ref);
    /// Finds new ones, too, and watches the folder. Does nothing for what cannot be a namespace.
    void refresh_space(const std::string& space);
    /// Namespaces on the disk and those that had Secrets: after lost events, and from time to time.
    void refresh_all();

    /// The Secret with its bytes, from the disk. Errors: kNotFound, kUnavailable.
    core::Result<api::Secret> read(const core::Ref& ref);
    /// Answers with the snapshot as it then stands; nothing is written if nothing differs. Errors:
    /// as ports::Writer; kDenied for a change of one given as a manifest; those of publish().
    core::Result<api::Object> apply(const ports::ApplySecret& wanted);
    /// Answers with absence. Errors: kConflict if it is gone, or another by uid or version; kDenied
    /// for one given as a manifest; kUnavailable.
    core::Result<api::Object> erase(const ports::DeleteObject& wanted);

    /// Secrets given as manifests: served from memory, never written. Pinning answers kConflict if
    /// one of that name stands in the state directory; what is on the disk stays untouched.
    core::Result<void> pin(const api::Secret& given, bool initial);
    /// Fine if it is not pinned. What the disk holds under that name is seen from now on.
    void unpin(const core::Ref& ref);

    /// Deletes the Secrets that have owners of our group only, all of which are dead.
    /// Source: Kubernetes' garbage collector.
    void collect(const IsDead& is_dead);

    /// What is damaged on the disk, a line each.
    std::vector<std::string> problems() const;

  private:
    struct Known {
        std::string stamp;
        std::string version;
        std::vector<std::string> problems;
    };
    using Stored = std::optional<api::Secret>;

    std::shared_ptr<const api::Secret> pinned(const core::Ref& ref) const;
    std::optional<Known> known(const core::Ref& ref) const;
    std::vector<core::Ref> known_in(const std::string& space) const;
    void note(const core::Ref& ref, Known known);
    void forget(const core::Ref& ref);

    // The rest holds the Ref's lock.
    core::Result<Stored> current(const core::Ref& ref, bool initial = false);
    core::Result<void> refresh_held(const core::Ref& ref, bool initial = false);
    void follow(const core::Ref& ref);
    void warn_once(const core::Error& error);
    core::Result<api::Object> store(const core::Ref& ref, const Stored& held, api::Secret next);
    core::Result<void> remove(const core::Ref& ref);
    void remove_orphan(const core::Ref& ref, const IsDead& is_dead);

    SecretParts parts_;
    mutable std::mutex mutex_;
    std::map<core::Ref, Known> known_;                                ///< guarded by mutex_
    std::map<core::Ref, std::shared_ptr<const api::Secret>> pinned_;  ///< guarded by mutex_
    bool warned_ = false;                                             ///< guarded by mutex_
};

}  // namespace stackseal::local
