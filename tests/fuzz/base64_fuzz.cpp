// SPDX-License-Identifier: Apache-2.0
// Base64: one value has one text, both ways, and a refusal does not quote it.
#include "controller/core/base64.hpp"
#include "tests/fuzz/claims.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace stackseal;
    const std::string_view input = fuzz::text_of(data, size);
    const auto back = core::base64_decode(core::base64_encode(input));
    fuzz::require(back.has_value() && back->reveal() == input, "what was encoded is decoded");
    const auto bytes = core::base64_decode(input);
    if (bytes) {
        fuzz::require(core::base64_encode(bytes->reveal()) == input, "a value has one text");
    } else {
        fuzz::require_refusal(bytes.error(), core::Code::kInvalid);
        fuzz::require(bytes.error().message.size() < 100, "a refusal does not quote the text");
    }
    return 0;
}
