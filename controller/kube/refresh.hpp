// SPDX-License-Identifier: Apache-2.0
// Brings one object of the store up to date by a live read, out of turn of the watches.
#pragma once

#include <stop_token>
#include <string>

#include "controller/core/result.hpp"
#include "controller/kube/client.hpp"
#include "controller/kube/intake.hpp"
#include "controller/kube/secret_reader.hpp"

namespace stackseal::kube {

/// Any thread may call.
class Refresh {
  public:
    /// stop cuts off its reads.
    Refresh(Client& client, SecretReader& secrets, Intake& intake, std::stop_token stop);

    /// Puts the live object into the store, or removes what the store holds if there is none.
    /// gone_at: the version of a deletion that was heard of; "": that of what the store holds.
    core::Result<void> operator()(const core::Ref& ref, const std::string& gone_at = "");

  private:
    /// Null: absent.
    core::Result<api::Object> live(const core::Ref& ref);

    Client& client_;
    SecretReader& secrets_;
    Intake& intake_;
    std::stop_token stop_;
};

}  // namespace stackseal::kube
