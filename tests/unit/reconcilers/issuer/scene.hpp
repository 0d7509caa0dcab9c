// SPDX-License-Identifier: Apache-2.0
// Issuers above each other, everything as it should be: rows change one thing.
#pragma once

#include <map>
#include <optional>
#include <stdexcept>
#include <string>

#include "controller/core/concat.hpp"
#include "reconcilers/issuer/reconcile.hpp"
#include "tests/support/shelf.hpp"

namespace stackseal::issuer::tests {

using namespace stackseal::tests;  // NOLINT(google-build-using-namespace): the builders

/// An intermediate of authority(), an hour old.
inline api::Issuer intermediate(std::string name = "mid", std::string signer = "ca") {
    api::Issuer made = authority(std::move(name));
    made.meta.uid = "uid-3";
    auto& source = std::get<api::Authority>(made.spec.source);
    source.common_name = "Services";
    source.signed_by = api::IssuerRef{.name = std::move(signer)};
    return made;
}

/// An Issuer with what it needs: the issuers and Secrets of its cluster.
struct Scene {
    Surroundings around;
    std::optional<api::Issuer> issuer = authority();
    std::map<std::string, api::Issuer> others;  ///< by any name
    std::optional<api::SecretFacts> own = authority_pair();
    std::map<std::string, api::SecretFacts> secrets;  ///< by any name
    core::KeyOrder key = ready_key();
    std::optional<core::Error> refusal;
    core::Instant now{kNow};

    api::Authority& spec() { return std::get<api::Authority>(issuer->spec.source); }
    core::CertificateFacts& ca() { return own->pair.chain[0]; }

    /// What gather finds with everything on the shelf.
    Observed observe() {
        const core::Ref self = issuer_ref(issuer ? issuer->meta.name : "ca");
        if (issuer) around.shelf.put(*issuer);
        for (const auto& [name, other] : others) around.shelf.put(other);
        if (own) around.shelf.put(*own);
        for (const auto& [name, secret] : secrets) around.shelf.put(secret);
        auto observed = gather(self, around.shelf, around.env);
        if (!observed) throw std::runtime_error(observed.error().message);
        if (observed->authority) observed->authority->key = key;
        observed->refusal = refusal;
        return *std::move(observed);
    }
    Plan planned() { return plan(observe(), now); }
};

/// An action as one line of a table.
inline std::string describe(const Plan& plan) {
    if (!plan.action) return "nothing";
    if (const auto* take = std::get_if<issuance::TakeKey>(&*plan.action))
        return "order " + core::to_string(take->spec);
    if (const auto* issue = std::get_if<issuance::Issue>(&*plan.action))
        return core::concat("issue: ", issue->reason, ": ", issue->message);
    const auto& status = std::get<Record>(*plan.action).status;
    const api::Condition* ready = api::find_condition(status.conditions, api::kReady);
    if (ready == nullptr) return "record without Ready";
    return core::concat("record ", ready->status, " ", ready->reason, ": ", ready->message);
}

}  // namespace stackseal::issuer::tests
