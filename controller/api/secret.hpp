// SPDX-License-Identifier: Apache-2.0
// Secrets: whole, as they are read and written, and reduced to facts, as they are kept.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "controller/api/meta.hpp"
#include "controller/core/certificates.hpp"
#include "controller/core/secret_bytes.hpp"

namespace stackseal::api {

/// A Secret with its bytes. Exists only on its way in or out.
struct Secret {
    Meta meta;
    std::string type;
    bool immutable = false;
    std::map<std::string, core::SecretBytes> data;
};

/// A Secret's value, or null.
const core::SecretBytes* find_data(const Secret& secret, std::string_view key);

/// What is kept of a Secret: everything that decisions need, and no secret byte.
struct SecretFacts {
    Meta meta;
    std::string type;
    bool immutable = false;
    std::map<std::string, std::size_t> sizes;  ///< key → bytes
    core::PairFacts pair;                      ///< of tls.crt, tls.key, ca.crt
    std::string pair_digest;  ///< hex SHA-256 over tls.crt, NUL, tls.key as stored; "" if neither

    bool operator==(const SecretFacts&) const = default;
};

/// The slice of a Namespace that an issuer's selector looks at.
struct Namespace {
    Meta meta;

    bool operator==(const Namespace&) const = default;
};

}  // namespace stackseal::api
