// SPDX-License-Identifier: Apache-2.0
// Documents to objects by a fresh inspector, where a test has nothing to remember.
#pragma once

#include "controller/kube/secret_facts.hpp"

namespace stackseal::kube {

inline core::Result<api::Object> decoded(core::Resource resource, const core::Value& document) {
    pki::Inspector inspector;
    return decode_object(resource, document, inspector);
}

inline api::Snapshot<api::SecretFacts> facts_in(const api::Secret& secret) {
    pki::Inspector inspector;
    return facts_of(secret, inspector);
}

}  // namespace stackseal::kube
