// SPDX-License-Identifier: Apache-2.0
// The directory of manifests as one set of objects, in which a mistake in a file loses nothing.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "controller/local/inotify_watch.hpp"
#include "controller/local/manifest.hpp"
#include "controller/ports/log.hpp"

namespace stackseal::local {

/// What the directory says by now.
struct Scan {
    std::vector<ManifestObject> objects;  ///< each name once, sorted by Ref
    std::vector<FileProblem> problems;
    bool complete = true;  ///< every folder could be listed
};

/// What is remembered of one file.
struct ManifestFile {
    std::string stamp;  ///< "": look at its content
    std::size_t digest = 0;
    std::vector<ManifestObject> objects;  ///< as the file says
    std::vector<ManifestObject> kept;     ///< as it said before it had a problem
    std::vector<FileProblem> problems;
};

/// By path beneath the directory.
using ManifestFiles = std::map<std::string, ManifestFile>;

/// Used by one thread at a time.
///
/// Files: *.yaml, *.yml, *.json, at any depth, sorted by path; names that begin with "." are
/// skipped; links count if they end at a file beneath the directory. While a file has a problem,
/// is blank or cannot be read, the objects that it held stay, unless they stand elsewhere now. All
/// stay while the directory is absent, or another and empty one stands in its place (a mount that
/// went). Of two objects with one name the first counts.
class ManifestReader {
  public:
    ManifestReader(std::string directory, InotifyWatch& watch, ports::Log& log)
        : directory_(std::move(directory)), watch_(watch), log_(log) {}

    /// Reads what changed, and watches every folder. trust_stamps: files whose size and times are
    /// as before are not opened; without it they are compared by content.
    Scan scan(bool trust_stamps);

  private:
    void follow(const Folder& folder);
    /// What is known, since the directory cannot be trusted by now.
    Scan unchanged(std::string_view why);

    std::string directory_;
    InotifyWatch& watch_;
    ports::Log& log_;
    ManifestFiles files_;
    std::string identity_;  ///< of the directory that files_ were read in
    bool warned_ = false;
};

/// The objects that count among all files', and a problem for each that does not. Pure.
Scan choose(const ManifestFiles& files);

}  // namespace stackseal::local
