// SPDX-License-Identifier: Apache-2.0
// The error queue, drained into text at the call that filled it.
#include "controller/pki/error.hpp"

#include <openssl/err.h>

namespace stackseal::pki {

std::string drain() {
    constexpr std::size_t kEnough = 200;  // octets: the first reasons say it, the rest is an echo
    std::string reasons;
    while (const unsigned long code = ERR_get_error()) {
        const char* reason = ERR_reason_error_string(code);
        if (reason == nullptr || reasons.size() > kEnough) continue;
        if (!reasons.empty()) reasons += "; ";
        reasons += reason;
    }
    return reasons;
}

core::Error fault(std::string_view operation, core::Code code) {
    const std::string reasons = drain();
    return {code, core::concat(operation, ": ", reasons.empty() ? "failed" : reasons)};
}

core::Result<void> must(std::string_view operation, int returned, core::Code code) {
    if (returned <= 0) return fault(operation, code);
    return {};
}

core::Result<bool> answer(std::string_view operation, int returned) {
    if (returned < 0) return fault(operation, core::Code::kInternal);
    drain();
    return returned == 1;
}

std::string shown(std::string_view text) {
    constexpr std::size_t kEnough = 80;
    std::string safe(text.substr(0, kEnough));
    for (char& letter : safe)
        if (letter < 0x20 || letter >= 0x7f) letter = '?';
    if (text.size() > kEnough) safe += "...";
    return safe;
}

core::Error at(std::string_view place, core::Error error) {
    error.message = core::concat(place, ": ", error.message);
    return error;
}

}  // namespace stackseal::pki
