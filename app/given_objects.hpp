// SPDX-License-Identifier: Apache-2.0
// What a folder of manifests gives to the cluster: which objects, in which order, and as whose.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "controller/core/value.hpp"
#include "controller/local/manifest_reader.hpp"

namespace stackseal::app {

/// One object as it is applied, and where it stands.
struct GivenObject {
    core::Ref ref;
    std::string place;     ///< "objects/issuer.openstack.root.yaml:1"
    core::Value document;  ///< the whole intent: no status, nothing that a server adds

    bool operator==(const GivenObject&) const = default;
};

/// Issuers before Certificates, so that nothing waits for what stands in the same folder.
struct Given {
    std::vector<GivenObject> objects;
    std::vector<local::FileProblem> problems;  ///< the scan's, and each object of another kind
};

Given given_in(const local::Scan& scan);

/// A document that only holds upon that version: what another leader applied meanwhile must not be
/// undone. version: of the object that is there; "": none is.
core::Value upon(core::Value document, std::string_view version);

}  // namespace stackseal::app
