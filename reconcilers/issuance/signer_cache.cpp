// SPDX-License-Identifier: Apache-2.0
// Keyed by Secret, replaced when its version moves.
#include "reconcilers/issuance/signer_cache.hpp"

#include "controller/api/names.hpp"
#include "controller/core/concat.hpp"

namespace stackseal::issuance {

namespace {

std::string_view text_of(const api::Secret& secret, std::string_view key) {
    const core::SecretBytes* bytes = api::find_data(secret, key);
    return bytes == nullptr ? std::string_view() : bytes->reveal();
}

core::Error moved_on(const core::Ref& ref) {
    return {core::Code::kConflict, core::concat(core::to_string(ref), " changed meanwhile")};
}

}  // namespace

core::Result<std::shared_ptr<const pki::Signer>> SignerCache::get(ports::Reader& reader,
                                                                  const api::SecretFacts& facts) {
    const core::Ref ref{core::Resource::kSecret, facts.meta.space, facts.meta.name};
    {
        const std::lock_guard lock(mutex_);
        const auto it = entries_.find(ref);
        if (it != entries_.end() && it->second.version == facts.meta.resource_version)
            return it->second.signer;
    }
    STACKSEAL_TRY(const api::Secret secret, reader.read_secret(ref));
    if (secret.meta.resource_version != facts.meta.resource_version) return moved_on(ref);
    STACKSEAL_TRY(auto signer,
                  pki::Signer::load(text_of(secret, api::kTlsCrt), text_of(secret, api::kTlsKey),
                                    text_of(secret, api::kCaCrt)));
    const std::lock_guard lock(mutex_);
    entries_[ref] = {facts.meta.resource_version, signer};
    return signer;
}

}  // namespace stackseal::issuance
