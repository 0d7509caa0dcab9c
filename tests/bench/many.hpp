// SPDX-License-Identifier: Apache-2.0
// The objects of a cluster with many certificates, for what is measured over all of them.
#pragma once

#include <cstdio>
#include <string>

#include "controller/store/store.hpp"
#include "reconcilers/certificate/plan.hpp"
#include "tests/support/issuance_builders.hpp"

namespace stackseal::bench {

inline constexpr int kMany = 10'000;

inline std::string name_of(int index) {
    return "c-" + std::to_string(100'000 + index);
}

/// A Certificate, as good as its Secret.
inline api::Certificate certificate(const std::string& name) {
    api::Certificate made;
    made.meta.name = name;
    made.meta.space = "openstack";
    made.meta.uid = "3f6b1c1e-0000-4000-8000-000000000001";
    made.meta.generation = 1;
    made.meta.resource_version = "100";
    made.spec.secret_name = name + "-tls";
    made.spec.dns_names = {name + ".example.com"};
    made.spec.issuer_ref.name = "ca";
    return made;
}

/// What a pass sees when there is nothing to do: the status says all there is to say.
inline certificate::Observed settled() {
    certificate::Observed observed;
    observed.issuance = tests::good();
    observed.certificate = tests::snapshot(certificate("keystone"));
    const core::Instant now(tests::kNow);
    const auto first = certificate::plan(observed, now);
    if (const auto* record = std::get_if<certificate::Record>(&first.action.value())) {
        api::Certificate after = *observed.certificate;
        after.status = record->status;
        observed.certificate = tests::snapshot(std::move(after));
    }
    return observed;
}

/// A cache with that many Certificates and their Secrets.
inline std::shared_ptr<store::Store> full_store() {
    auto store = std::make_shared<store::Store>();
    const api::CertificateStatus status = settled().certificate->status;
    for (int i = 0; i < kMany; ++i) {
        api::Certificate one = certificate(name_of(i));
        one.status = status;
        api::SecretFacts secret = tests::leaf_secret();
        secret.meta.name = one.spec.secret_name;
        store->put(tests::snapshot(std::move(one)));
        store->put(tests::snapshot(std::move(secret)));
    }
    return store;
}

}  // namespace stackseal::bench
