// SPDX-License-Identifier: Apache-2.0
// Which client to use now: a new one after a change of TLS material or a transport error.
#pragma once

#include <functional>
#include <memory>
#include <mutex>

#include "controller/http/client.hpp"

namespace stackseal::http {

/// Requests and streams have a pool each: a broken watch does not cost the writes their
/// connections.
enum class Use { kRequest, kStream };

/// One client for each use, made when first asked for. Any thread may call.
class Connections {
  public:
    using Source = std::function<core::Result<std::shared_ptr<const ports::TlsMaterial>>()>;

    /// tls: asked before each use; not for plain http.
    Connections(Origin origin, Source tls);

    /// Errors: those of the source; kCorrupt and others for material that does not load.
    core::Result<std::shared_ptr<Client>> get(Use use);

    /// Not this client any more: what it pools may be dead. Exchanges under way go on.
    void discard(const std::shared_ptr<Client>& client);

    const Origin& origin() const { return origin_; }

  private:
    core::Result<void> refresh(std::shared_ptr<const ports::TlsMaterial> material);

    const Origin origin_;
    const Source source_;
    std::mutex mutex_;
    std::shared_ptr<const ports::TlsMaterial> material_;  ///< by mutex_, as all below
    std::shared_ptr<const TlsSettings> settings_;
    std::shared_ptr<Client> requests_;
    std::shared_ptr<Client> streams_;
};

}  // namespace stackseal::http
