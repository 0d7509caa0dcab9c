// SPDX-License-Identifier: Apache-2.0
// A Certificate with all that it depends on, everything as it should be: rows change one thing.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <stdexcept>
#include <string>

#include "controller/core/concat.hpp"
#include "reconcilers/certificate/reconcile.hpp"
#include "tests/support/shelf.hpp"

namespace stackseal::certificate::tests {

using namespace stackseal::tests;  // NOLINT(google-build-using-namespace): the builders

struct Scene {
    Surroundings around;
    std::optional<api::Certificate> certificate = stackseal::tests::certificate();
    std::optional<api::Issuer> issuer = authority();
    std::optional<api::SecretFacts> signer = authority_pair();
    std::optional<api::SecretFacts> secret = leaf_secret();
    core::KeyOrder key = ready_key();
    std::optional<core::Error> refusal;
    core::Instant now{kNow};

    api::CertificateSpec& spec() { return certificate->spec; }
    core::CertificateFacts& leaf() { return secret->pair.chain[0]; }
    core::CertificateFacts& ca() { return signer->pair.chain[0]; }

    /// What gather finds with everything on the shelf.
    Observed observe() {
        if (certificate) around.shelf.put(*certificate);
        if (issuer) around.shelf.put(*issuer);
        if (signer) around.shelf.put(*signer);
        if (secret) around.shelf.put(*secret);
        auto observed = gather(certificate_ref(), around.shelf, around.env);
        if (!observed) throw std::runtime_error(observed.error().message);
        observed->issuance.key = key;
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
    if (const auto* amend = std::get_if<issuance::Amend>(&*plan.action))
        return amend->bundle ? "amend with ca.crt" : "amend";
    const auto& status = std::get<Record>(*plan.action).status;
    const api::Condition* ready = api::find_condition(status.conditions, api::kReady);
    if (ready == nullptr) return "record without Ready";
    return core::concat("record ", ready->status, " ", ready->reason, ": ", ready->message);
}

/// One situation, and what follows from it.
struct Row {
    const char* name;
    std::function<void(Scene&)> change;
    std::string expected;                  ///< as describe() shows it
    std::optional<core::Instant> at = {};  ///< when to look again
};

inline void PrintTo(const Row& row, std::ostream* out) {
    *out << row.name;
}

inline std::string name_of(const ::testing::TestParamInfo<Row>& row) {
    return row.param.name;
}

inline void expect_planned(const Row& row) {
    Scene scene;
    row.change(scene);
    const Plan plan = scene.planned();
    EXPECT_EQ(describe(plan), row.expected);
    EXPECT_EQ(plan.next.at, row.at);
}

/// When a good certificate ends, and when it is due.
inline const core::Time kEnd = leaf_certificate().not_after;
inline const core::Time kDue = issuance::renewal_of(leaf_demand(), leaf_secret());
/// The row of a certificate that still serves while something stands in the way of the next one.
inline std::string serving(const std::string& reason, const std::string& message) {
    return core::concat("record True ", reason,
                        ": valid until 2027-02-21T00:00:00Z, but not renewable: ", message);
}

}  // namespace stackseal::certificate::tests
