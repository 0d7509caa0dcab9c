// SPDX-License-Identifier: Apache-2.0
// Base64 as Secrets carry it; the decoder hands out bytes that are wiped.
#pragma once

#include <string>
#include <string_view>

#include "controller/core/result.hpp"
#include "controller/core/secret_bytes.hpp"

namespace stackseal::core {

/// Bytes → text of the standard alphabet, padded, without line breaks.
/// Source: RFC 4648 section 4.
std::string base64_encode(std::string_view bytes);

/// Text → bytes, strictly: padding is required, and line breaks, other letters and stray bits in
/// the last letter are refused, so that one value has one text.
/// Errors: kInvalid with the offset of the fault; never with the text, which may be a key.
Result<SecretBytes> base64_decode(std::string_view text);

}  // namespace stackseal::core
