// SPDX-License-Identifier: Apache-2.0
// What there is to inspect, wherever it came from: certificates, a key, anchors.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "controller/api/secret.hpp"
#include "controller/core/result.hpp"
#include "controller/core/secret_bytes.hpp"
#include "controller/probe/fetch.hpp"

namespace stackseal::app {

/// Where something was found.
enum class Source { kFile, kFolder, kSecret, kEndpoint };

/// "file", "folder", "Secret", "endpoint".
std::string_view source_text(Source source);

/// Texts as found; nothing is parsed beyond PEM blocks.
struct Material {
    Source source = Source::kFile;
    std::string name;
    std::string chain_pem;                ///< the leaf first; "": none
    core::SecretBytes key_pem;            ///< empty: none
    std::string anchors_pem;              ///< "": none
    std::optional<probe::Served> served;  ///< endpoints only
    bool anchors_given = false;           ///< served was verified by anchors that a user named
    std::vector<std::string> notes;       ///< what was left out
};

/// Whether key and certificate belong beside each other: a file may hold either.
constexpr bool holds_pair(Source source) {
    return source == Source::kFolder || source == Source::kSecret;
}

/// The blocks of a PEM text by kind. Certificates that are all CAs and begin with a self-signed
/// one, if there are several, are anchors (a bundle); else they are a chain.
/// Errors: kCorrupt, with the line, for damage and for a text without any block.
core::Result<Material> material_of_text(std::string_view text);

/// tls.crt, tls.key and ca.crt of a Secret; what is absent stays empty.
/// Errors: kInvalid when it holds none of them.
core::Result<Material> material_of_secret(const api::Secret& secret);

/// A file, or a folder in which a Secret is mounted.
/// Errors: those of the two above; kNotFound, kUnavailable and kInvalid for what cannot be read.
core::Result<Material> read_path(const std::string& path);

}  // namespace stackseal::app
