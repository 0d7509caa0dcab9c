// SPDX-License-Identifier: Apache-2.0
// The cluster over a directory of manifests and a state directory: what Kubernetes is to the
// operator, without Kubernetes.
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "controller/local/latest_time.hpp"
#include "controller/local/live_secrets.hpp"
#include "controller/local/lock.hpp"
#include "controller/local/manifest_reader.hpp"
#include "controller/local/status_files.hpp"
#include "controller/ports/clock.hpp"
#include "controller/ports/cluster.hpp"
#include "controller/ports/log.hpp"
#include "controller/store/store.hpp"

namespace stackseal::local {

/// Where things lie, and how patient to be.
struct Options {
    std::string manifests;            ///< a directory that exists
    std::string state;                ///< made with mode 0700 if it is absent
    std::string authority_namespace;  ///< its Secrets lie in STATE/authorities
    /// How long the manifests must be quiet before they are read: a file may be half-written, or
    /// on its way from one name to another.
    std::chrono::milliseconds settle{100};
    /// How often everything is looked at, whatever inotify says.
    std::chrono::milliseconds sweep{60'000};
    StepHook hook = {};  ///< tests only
};

/// Use: open(), watch() for each handler, load(), then run() on a thread of its own. Everything but
/// watch() may be called from any thread.
class LocalCluster final : public ports::Reader, public ports::Writer, public ports::Watcher {
  public:
    /// Takes the lock on the state directory and mends what a crash left there. Errors: kConflict
    /// (in use; names the process), kInvalid (the directories contain each other, a bad namespace),
    /// kDenied (others may write there), kUnavailable.
    static core::Result<std::unique_ptr<LocalCluster>> open(Options options, ports::Clock& clock,
                                                            ports::Log& log);

    /// Reads Secrets, manifests and status into the store, as the first listing. A bad manifest is
    /// a problem and no error.
    core::Result<void> load();
    /// Follows the directories until stopped.
    core::Result<void> run(const std::stop_token& stop);
    /// Looks at everything once, now.
    void refresh();

    /// What is wrong with manifests and state by now; empty: nothing.
    std::vector<FileProblem> problems() const;

    /// How far the clock is behind the latest time that this state directory has seen.
    std::optional<core::ClockSkew> skew() { return latest_time_.skew(); }

    core::Result<api::Object> find(const core::Ref& ref) override;
    core::Result<std::vector<api::Object>> select(const ports::Selection& selection) override;
    core::Result<api::Secret> read_secret(const core::Ref& ref) override;
    core::Result<api::Object> write(ports::Write write) override;
    void watch(std::function<void(const ports::Change&)> handler) override;

  private:
    LocalCluster(Options options, Folder state, Lock lock, std::unique_ptr<InotifyWatch> watch,
                 ports::Clock& clock, ports::Log& log);

    // Following the directories.
    Happenings settled(Happenings first);
    void react(const Happenings& happenings);
    void react(const Happening& happening);
    void rescan(bool trust_stamps, bool initial);
    void take_over(const Scan& scan, bool initial);
    void drop_strays();
    void drop_owned_by(const std::set<core::Ref>& gone);
    bool report(const std::vector<FileProblem>& problems, bool complete);

    // One object.
    core::Result<void> put(const ManifestObject& object, bool initial);
    core::Result<void> put(const core::Ref& ref, const api::Snapshot<api::Secret>& body,
                           bool initial);
    core::Result<void> put(const core::Ref& ref, const api::Snapshot<api::Namespace>& body,
                           bool initial);
    template <class T>
    core::Result<void> put(const core::Ref& ref, const api::Snapshot<T>& body, bool initial);
    template <class T>
    void put_unless_same(const core::Ref& ref, T fresh, bool initial);
    template <class T>
    decltype(T::status) recalled_status(const T& object);
    void take_away(const core::Ref& ref);

    // One write.
    core::Result<api::Object> perform(const ports::ApplySecret& apply);
    core::Result<api::Object> perform(const ports::RecordStatus& record);
    core::Result<api::Object> perform(const ports::DeleteObject& wanted);
    template <class T>
    core::Result<api::Object> record(const T& before, const T& after);

    Options options_;
    Folder state_;
    Lock lock_;
    std::unique_ptr<InotifyWatch> watch_;
    ports::Clock& clock_;
    ports::Log& log_;
    store::Store store_;
    RefLocks locks_;
    Versions versions_;
    LatestTime latest_time_;
    StatusFiles status_;
    SecretStore disk_;
    LiveSecrets secrets_;

    std::mutex scanning_;  ///< one scan at a time; guards the next two
    ManifestReader manifests_;
    std::set<core::Ref> given_;  ///< what the last scan took over

    mutable std::mutex mutex_;
    std::vector<FileProblem> problems_;  ///< guarded by mutex_
    bool complete_ = true;               ///< guarded by mutex_; of the last scan
};

}  // namespace stackseal::local
