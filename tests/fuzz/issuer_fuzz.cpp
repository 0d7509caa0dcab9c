// SPDX-License-Identifier: Apache-2.0
// Issuers as somebody wrote them, through codec and validation.
#include "tests/fuzz/kind.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    return stackseal::fuzz::check_kind<stackseal::api::Issuer>(
        stackseal::fuzz::text_of(data, size));
}
