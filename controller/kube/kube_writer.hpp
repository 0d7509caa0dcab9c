// SPDX-License-Identifier: Apache-2.0
// Writes to the API server; what it answers goes into the store at once, so no echo wakes anybody.
#pragma once

#include <array>
#include <mutex>
#include <stop_token>

#include "controller/kube/client.hpp"
#include "controller/kube/intake.hpp"
#include "controller/kube/refresh.hpp"
#include "controller/kube/status_patch.hpp"
#include "controller/ports/cluster.hpp"

namespace stackseal::kube {

/// Any thread may call.
class KubeWriter : public ports::Writer {
  public:
    /// refresh brings the store up to date after a conflict.
    KubeWriter(Client& client, Intake& intake, Refresh& refresh, ports::Log& log,
               std::stop_token stop);

    core::Result<api::Object> write(ports::Write write) override;

  private:
    core::Result<api::Object> perform(const ports::ApplySecret& apply);
    core::Result<api::Object> perform(const ports::RecordStatus& record);
    core::Result<api::Object> perform(const ports::DeleteObject& removal);
    core::Result<api::Object> keep(core::Resource resource, const core::Value& answer);
    core::Error refused(const core::Ref& ref, core::Error error);
    Paths pruned(core::Resource resource);
    void learn_pruned(core::Resource resource, const Paths& lost);

    Client& client_;
    Intake& intake_;
    Refresh& refresh_;
    ports::Log& log_;
    std::stop_token stop_;
    std::mutex mutex_;
    std::array<Paths, core::kResources.size()> pruned_;  ///< guarded by mutex_
};

}  // namespace stackseal::kube
