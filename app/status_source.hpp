// SPDX-License-Identifier: Apache-2.0
// Where the documents of `stackseal status` come from.
#pragma once

#include <vector>

#include "app/settings.hpp"
#include "controller/core/result.hpp"
#include "controller/core/value.hpp"

namespace stackseal::app {

/// All Issuers and Certificates of the namespaces asked for, from the state directory if one is
/// named, else from the cluster (http::start_pool() has been called). Errors: kNotFound for a
/// folder that is no state directory; those of kube::find_config, http::connect, the API server and
/// local::StatusFiles.
core::Result<std::vector<core::Value>> read_documents(const StatusSettings& settings);

}  // namespace stackseal::app
