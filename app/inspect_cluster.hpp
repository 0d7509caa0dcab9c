// SPDX-License-Identifier: Apache-2.0
// One Secret of the cluster that the kubeconfig names, read live.
#pragma once

#include "app/settings.hpp"
#include "controller/api/secret.hpp"
#include "controller/core/ref.hpp"
#include "controller/core/result.hpp"

namespace stackseal::app {

/// http::start_pool() has been called. Errors: those of kube::find_config, http::connect and the
/// API server; kNotFound says that it was no file either.
core::Result<api::Secret> read_cluster_secret(const core::Ref& ref,
                                              const InspectSettings& settings);

}  // namespace stackseal::app
