// SPDX-License-Identifier: Apache-2.0
// What an answer of the API server means: its Status, its headers, and what to do about it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "controller/core/result.hpp"
#include "controller/core/value.hpp"
#include "controller/ports/transport.hpp"

namespace stackseal::kube {

/// A refusal. Source: metav1.Status.
struct Failure {
    int code = 0;                     ///< HTTP status, or Status.code in a stream
    std::string reason;               ///< "AlreadyExists", "Expired", …; "": not said
    std::string message;              ///< bounded
    std::vector<std::string> causes;  ///< "spec.dnsNames[0]: Invalid value …", bounded
    std::int64_t retry_after = 0;     ///< seconds; 0: not told

    bool operator==(const Failure&) const = default;
};

/// Reads a Status document (the object of an ERROR event).
Failure failure_of(const core::Value& status);
/// Reads a refusing answer; a body that is no Status counts only by its HTTP status.
Failure failure_of(int status, const ports::Headers& headers, std::string_view body);

/// A header's first value, or "". Names compare without case.
std::string_view header(const ports::Headers& headers, std::string_view name);
/// The texts of "Warning: 299" headers.
std::vector<std::string> warnings(const ports::Headers& headers);

/// The refusal as our error: 409 kConflict, 401 and 403 kDenied, 404 kNotFound, 400, 405, 413, 415
/// and 422 kInvalid, 429 kThrottled, others kUnavailable. action: Call::action.
core::Error error_of(const Failure& failure, std::string_view action);

/// 410 in any form, or reason Expired or Gone: the version is no longer known.
bool is_gone(const Failure& failure);

}  // namespace stackseal::kube
