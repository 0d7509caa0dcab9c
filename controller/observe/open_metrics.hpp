// SPDX-License-Identifier: Apache-2.0
// The two dialects of a scrape, and which of them a scraper wants.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace stackseal::observe {

/// Source: Prometheus text exposition format 0.0.4; OpenMetrics 1.0.0.
enum class Dialect : std::uint8_t { kText, kOpenMetrics };

/// What the value of an Accept header prefers; where it weighs both the same, OpenMetrics if it
/// names it. Never refuses: whoever accepts neither gets kText.
/// Source: RFC 9110 section 12.5.1.
Dialect preferred(std::string_view accept);

/// The Content-Type of a dialect.
std::string_view content_type(Dialect dialect);

/// A family's lines of format 0.0.4 as OpenMetrics wants them: a counter is called without its
/// "_total" in HELP and TYPE, and a bucket's bound is a float ("1.0", not "1").
std::string to_open_metrics(std::string_view family);

}  // namespace stackseal::observe
