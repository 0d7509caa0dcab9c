// SPDX-License-Identifier: Apache-2.0
// What all writers of the local cluster share: one writer per object, and one count of versions.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>

#include "controller/core/ref.hpp"

namespace stackseal::local {

/// Serialises what is done to one object, its waits for the disk included, and lets other objects
/// pass. A thread never holds two: distinct objects may share a lock.
class RefLocks {
  public:
    /// Blocks while another thread has the object, or one that shares its lock.
    [[nodiscard]] std::unique_lock<std::mutex> hold(const core::Ref& ref) {
        return std::unique_lock(locks_[std::hash<core::Ref>{}(ref) % locks_.size()]);
    }

  private:
    std::array<std::mutex, 64> locks_;
};

/// Counts resourceVersions; any thread. They mean nothing after a restart, as everywhere.
class Versions {
  public:
    std::string next() { return std::to_string(++last_); }

  private:
    std::atomic<std::uint64_t> last_ = 0;
};

}  // namespace stackseal::local
