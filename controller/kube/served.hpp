// SPDX-License-Identifier: Apache-2.0
// Which namespaces are served, and which lists and watches that takes.
#pragma once

#include <string>
#include <vector>

#include "controller/core/ref.hpp"
#include "controller/core/result.hpp"
#include "controller/kube/requests.hpp"

namespace stackseal::kube {

/// What is served. Without namespaces: all of them.
struct Served {
    std::vector<std::string> namespaces;
    /// Beside them: only Secrets, for the authority namespace.
    std::vector<std::string> secret_namespaces;

    bool everywhere() const { return namespaces.empty(); }
};

/// Nothing if objects of this resource in this namespace are watched. Errors: kNotServed.
core::Result<void> check_served(const Served& served, core::Resource resource,
                                const std::string& space);

/// The lists and watches that serve this, one each.
std::vector<Query> queries(const Served& served);

}  // namespace stackseal::kube
