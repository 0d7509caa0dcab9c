// SPDX-License-Identifier: Apache-2.0
// The way to one live read: configuration, connection, request.
#include "app/inspect_cluster.hpp"

#include "app/cluster_link.hpp"
#include "app/observing.hpp"
#include "controller/core/concat.hpp"
#include "controller/kube/secret_reader.hpp"

namespace stackseal::app {

namespace {

core::Error and_no_file(const core::Ref& ref, core::Error error) {
    error.message = core::concat(error.message, " (nor is there a file or folder ", ref.space, "/",
                                 ref.name, " here)");
    return error;
}

}  // namespace

core::Result<api::Secret> read_cluster_secret(const core::Ref& ref,
                                              const InspectSettings& settings) {
    Observing observing(RunSettings{.log_level = "warning"});
    STACKSEAL_TRY(kube::Config config, find_cluster(settings.kubeconfig, settings.context));
    STACKSEAL_TRY(const auto link, ClusterLink::open(std::move(config), 1, 1, observing));
    pki::Inspector inspector;
    auto secret = kube::SecretReader(link->calls(), inspector, {}).read(ref);
    if (!secret && secret.error().code == core::Code::kNotFound)
        return and_no_file(ref, std::move(secret).error());
    return secret;
}

}  // namespace stackseal::app
