// SPDX-License-Identifier: Apache-2.0
// One writer at a time: the lock on a state directory.
#pragma once

#include "controller/local/folder.hpp"

namespace stackseal::local {

/// Held until it is destroyed, or its process ends in whatever way.
class Lock {
  public:
    /// Errors: kConflict, with the other process's id, if the directory is in use; kUnavailable.
    static core::Result<Lock> take(const Folder& state);

  private:
    explicit Lock(Descriptor file) : file_(std::move(file)) {}

    Descriptor file_;
};

}  // namespace stackseal::local
