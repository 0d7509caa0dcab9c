// SPDX-License-Identifier: Apache-2.0
// UTF-8, checked before a parser sees it and before a writer emits it.
#pragma once

#include <cstddef>
#include <string_view>

namespace stackseal::text {

/// Bytes of the well-formed character that begins at `at`, 1 to 4; 0: none does (overlong forms,
/// surrogates, cut sequences). Requires at < text.size(). Source: Unicode 15, table 3-7.
std::size_t utf8_length(std::string_view text, std::size_t at);

/// The offset of the first byte that belongs to no well-formed character; text.size() if all do.
std::size_t utf8_valid_prefix(std::string_view text);

}  // namespace stackseal::text
