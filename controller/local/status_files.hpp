// SPDX-License-Identifier: Apache-2.0
// Status beside the manifests: STATE/status/KIND/NAMESPACE/NAME.yaml, readable by people. Losing
// one changes nothing: a status is recomputed.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "controller/core/ref.hpp"
#include "controller/core/value.hpp"
#include "controller/local/folder.hpp"

namespace stackseal::local {

/// The caller holds off other writers of the same object.
class StatusFiles {
  public:
    explicit StatusFiles(const Folder& state) : state_(state) {}

    /// The status as it was last written; nothing if there is none. Errors: kUnavailable; kInvalid
    /// for a damaged file, with its path and line.
    core::Result<std::optional<core::Value>> read(const core::Ref& ref) const;
    /// Replaces it as a whole, durably.
    core::Result<void> write(const core::Ref& ref, const core::Value& status) const;
    /// Fine if there is none. What a crash brings back goes at the next prune().
    core::Result<void> remove(const core::Ref& ref) const;
    /// Every status document that lies there, by kind, namespace and name. Needs no lock: each file
    /// is replaced as a whole. Errors: as read().
    core::Result<std::vector<core::Value>> all() const;
    /// Removes what is of no living object, and what a crash left.
    core::Result<void> prune(const std::function<bool(const core::Ref&)>& is_alive) const;

    /// The path for messages.
    std::string path(const core::Ref& ref) const;

  private:
    /// A space's folder, and its kind and namespace with no name.
    using Visit = std::function<core::Result<void>(const Folder&, const core::Ref& space)>;
    core::Result<void> each_space(const Visit& visit) const;
    core::Result<std::optional<Folder>> folder(const core::Ref& ref) const;

    const Folder& state_;
};

}  // namespace stackseal::local
