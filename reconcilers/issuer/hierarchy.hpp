// SPDX-License-Identifier: Apache-2.0
// How authorities stand above each other. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "controller/api/object.hpp"

namespace stackseal::issuer {

/// The namespace and name of an issuer: "ns/name".
std::string path_of(const api::Issuer& issuer);

/// The path of the issuer that signs an authority; absent for a root and for other kinds.
std::optional<std::string> signer_path(const api::Issuer& issuer);

/// How many levels of CAs stand below an authority: authorities that it signs, and one more where
/// an issuer's allow.isCA lets Certificates be CAs. Cycles count once.
int levels_below(const api::Issuer& issuer, const std::vector<api::Snapshot<api::Issuer>>& all);

/// The path of signedBy references that leads back to its start ("a/x → a/y → a/x"), if one does.
std::optional<std::string> find_cycle(const api::Issuer& issuer,
                                      const std::vector<api::Snapshot<api::Issuer>>& all);

}  // namespace stackseal::issuer
