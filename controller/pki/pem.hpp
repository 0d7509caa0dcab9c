// SPDX-License-Identifier: Apache-2.0
// PEM text, read strictly and written. OpenSSL's reader skips leading junk in silence and takes the
// end of a bundle for an error; this one tells them apart and knows the line.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "controller/core/result.hpp"
#include "controller/core/secret_bytes.hpp"

namespace stackseal::pki {

/// One block: what it claims to be, the line of its marker (1-based), and its bytes.
struct PemBlock {
    std::string_view label;  ///< points into the text that was read
    std::size_t line = 0;
    core::SecretBytes der;
};

/// Hands out the blocks of a text one by one. The text must outlive the reader and its blocks.
/// Source: RFC 7468, less its tolerance for headers and for blanks within the lines.
class PemReader {
  public:
    explicit PemReader(std::string_view text) : rest_(text) {}

    /// The next block, absent at the end of the text. Other text between blocks is skipped.
    /// Errors: kCorrupt with the line for a marker that does not stand alone on its line or has no
    /// counterpart, for headers (an encrypted key), and for damaged Base64.
    core::Result<std::optional<PemBlock>> next_pem();

  private:
    std::string_view next_line();
    core::Result<std::optional<std::string_view>> next_begin();
    core::Result<core::SecretBytes> body_until(std::string_view end_marker, std::size_t begin);

    std::string_view rest_;
    std::size_t line_ = 0;
};

/// PEM of public bytes. Lines of 64 letters, as RFC 7468 wants.
std::string to_pem(std::string_view label, std::string_view der);

/// PEM of secret bytes; no copy stays behind.
core::SecretBytes to_secret_pem(std::string_view label, const core::SecretBytes& der);

}  // namespace stackseal::pki
