// SPDX-License-Identifier: Apache-2.0
// Bytes that must not outlive their use: wiped when freed, never copied by accident, never printed.
#pragma once

#include <string>
#include <string_view>

namespace stackseal::core {

/// Owns key material or a Secret's value. Movable; a copy must be asked for by name.
/// Not formattable: no stream operator, no comparison with text beyond same().
class SecretBytes {
  public:
    SecretBytes() = default;
    explicit SecretBytes(std::string_view bytes) : bytes_(bytes) {}
    SecretBytes(SecretBytes&& other) noexcept;
    SecretBytes& operator=(SecretBytes&& other) noexcept;
    SecretBytes(const SecretBytes&) = delete;
    SecretBytes& operator=(const SecretBytes&) = delete;
    ~SecretBytes();

    /// Takes the text over and wipes the place that it came from.
    static SecretBytes take(std::string&& text);

    /// The bytes, valid as long as this object. The caller must not keep a copy.
    std::string_view reveal() const { return bytes_; }
    SecretBytes copy() const { return SecretBytes(bytes_); }
    bool empty() const { return bytes_.empty(); }
    std::size_t size() const { return bytes_.size(); }
    bool same(const SecretBytes& other) const { return bytes_ == other.bytes_; }

  private:
    void wipe() noexcept;
    std::string bytes_;
};

/// Overwrites a string's memory, its spare capacity included, and empties it.
void wipe(std::string& text) noexcept;

}  // namespace stackseal::core
