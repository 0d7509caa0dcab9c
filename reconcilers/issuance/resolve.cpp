// SPDX-License-Identifier: Apache-2.0
// Reads only; whether the issuer may serve is asked in allow.
#include "reconcilers/issuance/resolve.hpp"

#include "controller/core/concat.hpp"
#include "reconcilers/issuance/rights.hpp"

namespace stackseal::issuance {

namespace {

using core::concat;
namespace reason = core::reason;

/// The generation that signs. Rollover will choose it from the generations' records.
constexpr std::int64_t kFirstGeneration = 1;

Halt missing(const Reference& reference) {
    return {.reason = reason::kIssuerNotFound,
            .message = concat("Issuer ", reference.to.space, "/", reference.to.name,
                              " does not exist; create it, or correct ", reference.field),
            .waiting = true};
}

Halt without_source(const api::IssuerRef& ref) {
    return {reason::kIssuerNotReady,
            concat("Issuer ", ref.space, "/", ref.name,
                   " says not who signs; give it exactly one of selfSigned, ca and authority")};
}

core::Result<Requester> requester_of(ports::Reader& reader, const api::Issuer& issuer,
                                     const std::string& home) {
    Requester requester{home, {}};
    if (issuer.spec.allow.namespaces.from != api::NamespacesFrom::kSelector) return requester;
    STACKSEAL_TRY(const auto space,
                  ports::find<api::Namespace>(reader, {core::Resource::kNamespace, "", home}));
    if (space) requester.labels = space->meta.labels;
    return requester;
}

SignerSource source_of(const api::Issuer& issuer, const std::string& authority_space) {
    const core::Ref self{core::Resource::kIssuer, issuer.meta.space, issuer.meta.name};
    if (const auto* ca = std::get_if<api::CaSecret>(&issuer.spec.source))
        return CaKeyPair{{core::Resource::kSecret, issuer.meta.space, ca->secret_name}, 0};
    if (std::holds_alternative<api::Authority>(issuer.spec.source))
        return CaKeyPair{authority_secret(authority_space, self, kFirstGeneration),
                         kFirstGeneration};
    if (std::holds_alternative<api::SelfSigned>(issuer.spec.source)) return OwnKey{};
    return {};
}

core::Result<void> look_up(ports::Reader& reader, const Reference& reference,
                           const std::string& authority_space, Resolved& found) {
    const api::IssuerRef& ref = reference.to;
    STACKSEAL_TRY(found.issuer,
                  ports::find<api::Issuer>(reader, {core::Resource::kIssuer, ref.space, ref.name}));
    if (!found.issuer) {
        found.obstacle = missing(reference);
        return {};
    }
    STACKSEAL_TRY(found.requester, requester_of(reader, *found.issuer, reference.home));
    found.source = source_of(*found.issuer, authority_space);
    if (std::holds_alternative<std::monostate>(found.source)) found.obstacle = without_source(ref);
    if (const auto* pair = std::get_if<CaKeyPair>(&found.source)) {
        STACKSEAL_TRY(found.signer, ports::find<api::SecretFacts>(reader, pair->secret));
    }
    return {};
}

}  // namespace

core::Ref authority_secret(const std::string& authority_space, const core::Ref& issuer,
                           std::int64_t generation) {
    return {core::Resource::kSecret, authority_space,
            concat(issuer.space, ".", issuer.name, ".g", generation)};
}

api::IssuerRef completed(api::IssuerRef ref, const std::string& home) {
    if (ref.space.empty()) ref.space = home;
    return ref;
}

core::Result<Resolved> resolve(ports::Reader& reader, const Reference& reference,
                               const std::string& authority_space) {
    Resolved found;
    found.requester.space = reference.home;
    core::Result<void> looked = look_up(reader, reference, authority_space, found);
    if (looked) return found;
    found.obstacle = unreadable(looked.error());
    if (!found.obstacle) return std::move(looked).error();
    return found;
}

}  // namespace stackseal::issuance
