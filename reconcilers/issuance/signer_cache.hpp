// SPDX-License-Identifier: Apache-2.0
// CA keys, parsed once for each version of their Secret. The one place that turns an authority's
// Secret into something that signs; a signing process or PKCS#11 can take its place.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "controller/pki/sign.hpp"
#include "controller/ports/cluster.hpp"

namespace stackseal::issuance {

/// Any thread may call.
class SignerCache {
  public:
    /// The signer of a Secret at the version that the decision was made on; reads it live when it
    /// is not the cached one. Errors: kConflict if the Secret has moved on; those of read_secret
    /// and of Signer::load.
    core::Result<std::shared_ptr<const pki::Signer>> get(ports::Reader& reader,
                                                         const api::SecretFacts& facts);

  private:
    struct Entry {
        std::string version;
        std::shared_ptr<const pki::Signer> signer;
    };
    std::mutex mutex_;
    std::map<core::Ref, Entry> entries_;  ///< guarded by mutex_
};

}  // namespace stackseal::issuance
