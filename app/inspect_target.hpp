// SPDX-License-Identifier: Apache-2.0
// What the argument of `stackseal inspect` means: a path, a Secret of a cluster, or an endpoint.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "controller/core/ref.hpp"
#include "controller/core/result.hpp"
#include "controller/probe/endpoint.hpp"

namespace stackseal::app {

/// A file or a folder.
struct PathTarget {
    std::string path;

    bool operator==(const PathTarget&) const = default;
};

using InspectTarget = std::variant<PathTarget, core::Ref, probe::Endpoint>;

/// A path that exists is a path, whatever else it looks like. exists: whether text is one.
/// Errors: kInvalid and kNotFound, saying how to write each kind.
core::Result<InspectTarget> read_target(std::string_view text, bool exists);

}  // namespace stackseal::app
