// SPDX-License-Identifier: Apache-2.0
// Between documents and structs: one field table a kind, all problems at once.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "controller/api/certificate.hpp"
#include "controller/api/issuer.hpp"
#include "controller/api/secret.hpp"
#include "controller/core/value.hpp"

namespace stackseal::api {

/// One thing that is wrong with a document or a spec.
struct Problem {
    std::string pointer;  ///< JSON pointer (RFC 6901), for example "/spec/privateKey/size"
    std::string message;  ///< "must be between 256 and 8192, got 12"
    int line = 0;         ///< of the source text; 0: unknown

    bool operator==(const Problem&) const = default;
};

/// "/spec/privateKey/size: must be between 256 and 8192, got 12 (line 8)".
std::string to_string(const Problem& problem);

/// "…; …": several problems on one line, cut after about 1,000 characters.
std::string to_string(const std::vector<Problem>& problems);

/// What came of decoding. The value is usable only without problems; unknown keys are a separate
/// list, which local mode refuses and Kubernetes (where the CRD prunes them) ignores.
template <class T>
struct Decoded {
    T value;
    std::vector<Problem> problems;
    std::vector<Problem> unknown;
};

/// Decodes a whole object with metadata, spec and status. T is Certificate, Issuer, Secret (data
/// base64, stringData merged over it) or Namespace. apiVersion and kind are the caller's to check.
template <class T>
Decoded<T> decode(const core::Value& document);

/// The whole object with apiVersion and kind; what equals its default is left out.
/// Only for Certificate and Issuer.
template <class T>
core::Value encode(const T& object);

/// The status alone, as a status write needs it. Only for Certificate and Issuer.
template <class T>
core::Value encode_status(const T& object);

/// The Secret as the API takes it, data in base64. Holds key material: short-lived.
core::Value encode_secret(const Secret& secret);

/// The OpenAPI schema of spec and status that the field table implies: types, bounds, enums,
/// required keys; no prose, patterns or CEL. Only for Certificate and Issuer.
template <class T>
core::Value schema();

}  // namespace stackseal::api
