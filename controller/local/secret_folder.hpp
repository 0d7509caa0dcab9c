// SPDX-License-Identifier: Apache-2.0
// One Secret on the disk, laid out as kubelet mounts one: all of it changes in one rename.
//
//   NAME/..1795491600123-7/tls.crt, tls.key, .stackseal.json     one generation, never changed
//   NAME/..data        → ..1795491600123-7                       swapped by rename
//   NAME/tls.crt       → ..data/tls.crt                          what readers open
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "controller/core/secret_bytes.hpp"
#include "controller/local/folder.hpp"

namespace stackseal::local {

/// Holds labels, annotations and the like within a generation; no Secret's key may be called so.
inline constexpr std::string_view kMetadataFile = ".stackseal.json";

/// What one generation holds.
struct SecretFiles {
    std::map<std::string, core::SecretBytes> keys;
    std::optional<std::string> metadata;  ///< absent: lost
    std::vector<std::string> problems;    ///< what does not belong there, one line each
};

/// What a reader of the folder sees: keys whose link leads to a file. A file that a person put in
/// a link's place counts as that key. Nothing: no generation is published.
core::Result<std::optional<SecretFiles>> read_published(const Folder& secret);

/// Makes files the folder's content, as a whole: written and synced beside the old generation,
/// swapped in, synced, the old one wiped. generation is a new name that begins with "..".
/// Errors: kUnavailable, with maybe_executed once the swap was tried; before that nothing changed.
/// kDenied if files that are not ours stand in a folder without a published generation.
core::Result<void> publish(const Folder& secret, const std::string& generation,
                           const SecretFiles& files);

/// Brings a folder that a crash or a person left half-done into order: finishes a swap, publishes
/// a complete generation whose link is lost, wipes the rest. False: nothing is left in it.
core::Result<bool> heal(const Folder& secret);

/// Takes a Secret away as a whole (one rename within its namespace's folder), then wipes it.
core::Result<void> withdraw(const Folder& space, const std::string& name);

/// Wipes what withdrawals left that did not come to their end.
core::Result<void> empty_trash(const Folder& space);

/// Text that differs when anything that read_published() looks at differs; "" without a generation.
core::Result<std::string> stamp(const Folder& secret);

/// The published generation's folder, to watch it. Nothing if there is none.
core::Result<std::optional<Folder>> published(const Folder& secret);

}  // namespace stackseal::local
