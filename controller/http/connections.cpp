// SPDX-License-Identifier: Apache-2.0
// The library offers no way to empty a pool, so the client that owns it is replaced.
#include "controller/http/connections.hpp"

#include <utility>

namespace stackseal::http {

Connections::Connections(Origin origin, Source tls)
    : origin_(std::move(origin)), source_(std::move(tls)) {}

core::Result<std::shared_ptr<Client>> Connections::get(Use use) {
    std::shared_ptr<const ports::TlsMaterial> material;
    if (origin_.tls) {
        STACKSEAL_TRY(material, source_());  // unlocked: it may read files
        if (!material)
            return core::Error{core::Code::kInternal, "the source of TLS material gave none"};
    }
    const std::lock_guard lock(mutex_);
    STACKSEAL_CHECK(refresh(std::move(material)));
    auto& client = use == Use::kRequest ? requests_ : streams_;
    if (!client) {
        STACKSEAL_TRY(client, make_client(origin_, settings_));
    }
    return client;
}

core::Result<void> Connections::refresh(std::shared_ptr<const ports::TlsMaterial> material) {
    if (material == material_) return {};
    STACKSEAL_TRY(settings_, TlsSettings::load(*material, origin_.host));
    material_ = std::move(material);
    requests_.reset();
    streams_.reset();
    return {};
}

void Connections::discard(const std::shared_ptr<Client>& client) {
    const std::lock_guard lock(mutex_);
    if (requests_ == client) requests_.reset();
    if (streams_ == client) streams_.reset();
}

}  // namespace stackseal::http
