// SPDX-License-Identifier: Apache-2.0
// Wiping that the optimiser cannot remove; core links no library, so not OPENSSL_cleanse.
#include "controller/core/secret_bytes.hpp"

#include <string.h>  // explicit_bzero is POSIX, not std

namespace stackseal::core {

void wipe(std::string& text) noexcept {
    text.resize(text.capacity());  // never allocates: the capacity is there
    explicit_bzero(text.data(), text.size());
    text.clear();
}

SecretBytes::SecretBytes(SecretBytes&& other) noexcept : bytes_(std::move(other.bytes_)) {
    other.wipe();  // a short string is copied by its move, so the source still holds it
}

SecretBytes& SecretBytes::operator=(SecretBytes&& other) noexcept {
    if (this == &other) return *this;
    wipe();
    bytes_ = std::move(other.bytes_);
    other.wipe();
    return *this;
}

SecretBytes::~SecretBytes() {
    wipe();
}

SecretBytes SecretBytes::take(std::string&& text) {
    SecretBytes taken;
    taken.bytes_ = std::move(text);
    core::wipe(text);
    return taken;
}

void SecretBytes::wipe() noexcept {
    core::wipe(bytes_);
}

}  // namespace stackseal::core
