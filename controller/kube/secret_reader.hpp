// SPDX-License-Identifier: Apache-2.0
// Live reads of Secrets, and the facts of foreign ones, read again only when they changed.
#pragma once

#include <map>
#include <mutex>
#include <stop_token>
#include <string>

#include "controller/api/object.hpp"
#include "controller/core/result.hpp"
#include "controller/kube/client.hpp"
#include "controller/pki/inspect.hpp"

namespace stackseal::kube {

/// Any thread may call.
class SecretReader {
  public:
    /// stop cuts off its reads.
    SecretReader(Client& client, pki::Inspector& inspector, std::stop_token stop);

    /// Live. Errors: kNotFound, kDenied, kUnavailable, kInvalid for a name that is none.
    core::Result<api::Secret> read(const core::Ref& ref);
    /// Live, reduced; null: absent.
    core::Result<api::Snapshot<api::SecretFacts>> read_facts(const core::Ref& ref);
    /// The facts at this version or a newer one; read live unless they are known.
    core::Result<api::Snapshot<api::SecretFacts>> facts_at(const core::Ref& ref,
                                                           const std::string& version);
    /// Drops what is known of a foreign Secret.
    void forget(const core::Ref& ref);

  private:
    void remember(const core::Ref& ref, api::Snapshot<api::SecretFacts> facts);
    api::Snapshot<api::SecretFacts> known(const core::Ref& ref, const std::string& version);

    Client& client_;
    pki::Inspector& inspector_;
    std::stop_token stop_;
    std::mutex mutex_;
    std::map<core::Ref, api::Snapshot<api::SecretFacts>>
        known_;  ///< guarded by mutex_; foreign ones
};

}  // namespace stackseal::kube
