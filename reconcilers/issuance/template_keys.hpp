// SPDX-License-Identifier: Apache-2.0
// The record of which labels and annotations came from spec.secretTemplate.
#pragma once

#include <string>
#include <vector>

#include "controller/api/certificate.hpp"
#include "controller/api/secret.hpp"

namespace stackseal::issuance {

/// "l:team,a:example.org/note": names by kind, sorted.
std::string template_keys(const api::SecretTemplate& wanted);

/// Labels ("l:") or annotations ("a:") that the Secret has from an earlier template and that the
/// present one lacks.
std::vector<std::string> left_over(const api::SecretFacts& secret,
                                   const api::SecretTemplate& wanted, std::string_view kind);

}  // namespace stackseal::issuance
