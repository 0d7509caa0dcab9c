// SPDX-License-Identifier: Apache-2.0
// Documents reduced to what is kept of them: no secret byte, no annotation of others' tools.
#pragma once

#include "controller/api/object.hpp"
#include "controller/core/result.hpp"
#include "controller/core/value.hpp"
#include "controller/pki/inspect.hpp"

namespace stackseal::kube {

/// Decodes a Secret with its bytes. Errors: kInvalid with all problems.
core::Result<api::Secret> decode_secret(const core::Value& document);

/// What is kept of it. The key is parsed only if the recorded digest does not fit the bytes.
api::Snapshot<api::SecretFacts> facts_of(const api::Secret& secret, pki::Inspector& inspector);

/// True for a Secret with our label.
bool is_managed(const api::Meta& meta);

/// A whole object of a resource; a Secret as facts. Errors: kInvalid with all problems.
core::Result<api::Object> decode_object(core::Resource resource, const core::Value& document,
                                        pki::Inspector& inspector);

/// What the store holds of a Secret that is not ours: name, uid and version only.
api::Object foreign_of(const api::SecretFacts& facts);

/// A foreign Secret from its metadata: name, uid and version only.
core::Result<api::Object> decode_foreign(const core::Value& document);

}  // namespace stackseal::kube
