// SPDX-License-Identifier: Apache-2.0
// A stored Secret's metadata as text, and a Secret reduced to what is kept of it.
#pragma once

#include <string>
#include <string_view>

#include "controller/api/object.hpp"
#include "controller/core/result.hpp"

namespace stackseal::local {

/// Everything of a Secret but its data, as JSON in the API's own form.
std::string metadata_text(const api::Secret& secret);

/// The same back, without data. Errors: kCorrupt with the reason.
core::Result<api::Secret> parse_metadata(std::string_view text);

/// What is kept of a Secret. The key is parsed only if the recorded digest does not fit the bytes.
api::SecretFacts facts_of(const api::Secret& secret);

/// A copy, bytes included: asked for by name, as SecretBytes demands.
api::Secret copy_of(const api::Secret& secret);

}  // namespace stackseal::local
