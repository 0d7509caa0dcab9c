// SPDX-License-Identifier: Apache-2.0
// One manifest file's text to objects, strictly: what is not understood is refused, with its line.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "controller/api/object.hpp"
#include "controller/core/ref.hpp"

namespace stackseal::local {

/// One thing wrong with a file.
struct FileProblem {
    std::string file;     ///< the path as the administrator would open it; "": see message
    int line = 0;         ///< 1-based; 0: the file as a whole
    std::string pointer;  ///< "/spec/dnsNames/0"; "": the document as a whole
    std::string message;  ///< names the value and the remedy

    bool operator==(const FileProblem&) const = default;
};

/// "manifests/keystone.yaml:7: /spec/secretName: must be text, got 12".
std::string to_string(const FileProblem& problem);

/// One object and where it stands. Shared, so that a copy of it costs nothing.
struct ManifestObject {
    core::Ref ref;
    std::string file;
    int line = 0;
    std::variant<api::Snapshot<api::Certificate>, api::Snapshot<api::Issuer>,
                 api::Snapshot<api::Secret>, api::Snapshot<api::Namespace>>
        body;
};

/// "manifests/keystone.yaml:3".
std::string place_of(const ManifestObject& object);

/// What a file says. Objects with a problem are left out; the others are good.
struct Manifest {
    std::vector<ManifestObject> objects;
    std::vector<FileProblem> problems;
};

/// Certificates and Issuers of stackseal.io/v1alpha1, Secrets and Namespaces of v1; of a file that
/// ends in .json one document, of others any number of YAML documents. A missing namespace is
/// "default"; a status is ignored, as an API server does. Limits: 1 MiB, 64 levels.
Manifest read_manifest(const std::string& file, std::string_view text);

}  // namespace stackseal::local
