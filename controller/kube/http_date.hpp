// SPDX-License-Identifier: Apache-2.0
// The Date header, by which our clock is compared with the server's.
#pragma once

#include <string_view>

#include "controller/core/result.hpp"
#include "controller/core/time.hpp"

namespace stackseal::kube {

/// "Tue, 24 Nov 2026 03:40:00 GMT" → Time. Errors: kInvalid for another form.
/// Source: RFC 9110 5.6.7, IMF-fixdate, the only form that servers send.
core::Result<core::Time> parse_http_date(std::string_view text);

}  // namespace stackseal::kube
