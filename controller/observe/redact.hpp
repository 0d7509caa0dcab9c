// SPDX-License-Identifier: Apache-2.0
// The last guard before a log: what looks like a key or a token is not printed, whoever passed it.
#pragma once

#include <optional>
#include <string_view>

namespace stackseal::observe {

/// Why a text must not be printed ("PEM", "bearer token", "web token", "encoded key"), or nothing.
/// A net under the types, not a replacement for them: it knows shapes, not values.
/// Source: RFC 7468 (PEM), RFC 6750 (bearer), RFC 7519 (web token), RFC 5958 (DER of a key).
std::optional<std::string_view> secret_in(std::string_view text);

}  // namespace stackseal::observe
