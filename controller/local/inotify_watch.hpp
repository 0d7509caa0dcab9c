// SPDX-License-Identifier: Apache-2.0
// Tells when a folder's entries changed. A hint to look again, never the truth: events may be lost,
// and network file systems send none, so whoever uses it also looks from time to time.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "controller/local/folder.hpp"

namespace stackseal::local {

/// What a watched folder is about.
struct Topic {
    /// Tells which of space and name are set: kSpace has the one, kSecret both, the others none.
    enum class Kind {
        kManifests,  ///< a folder of manifests
        kSpaces,     ///< holds a folder for each namespace
        kSpace,      ///< holds a folder for each Secret of a namespace
        kSecret,     ///< holds a Secret, or a generation of it
    };
    Kind kind = Kind::kManifests;
    std::string space;
    std::string name;

    auto operator<=>(const Topic&) const = default;
};

/// Something happened to the entry `name` of a watched folder ("": to the folder itself).
struct Happening {
    Topic topic;
    std::string name;

    auto operator<=>(const Happening&) const = default;
};

/// What happened since the last call.
struct Happenings {
    std::vector<Happening> seen;
    bool overflow = false;     ///< some were lost: look at everything
    bool interrupted = false;  ///< interrupt() was called
    bool empty() const { return seen.empty() && !overflow && !interrupted; }
};

/// follow() may be called by any thread, wait() by one.
class InotifyWatch {
  public:
    /// Errors: kUnavailable (limits of the user: fs.inotify.max_user_instances).
    static core::Result<std::unique_ptr<InotifyWatch>> open();

    /// Watches an open folder from now on; again: only its topic changes. Errors: kUnavailable when
    /// the user's limit of watches is reached.
    core::Result<void> follow(const Folder& folder, Topic topic);

    /// Blocks until something happened, interrupt() was called or the time is over.
    core::Result<Happenings> wait(std::chrono::milliseconds timeout);

    /// Ends the current or the next wait(). Any thread, and a stop callback.
    void interrupt() noexcept;

  private:
    InotifyWatch(Descriptor events, Descriptor wake)
        : events_(std::move(events)), wake_(std::move(wake)) {}
    core::Result<Happenings> drain();
    /// Of a watch; forgotten after its last event.
    std::optional<Topic> topic_of(int watch, bool last);

    Descriptor events_;
    Descriptor wake_;
    std::mutex mutex_;
    std::map<int, Topic> topics_;  ///< guarded by mutex_; by watch descriptor
};

}  // namespace stackseal::local
