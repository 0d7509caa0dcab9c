// SPDX-License-Identifier: Apache-2.0
// Private keys that others made: the first byte chooses the label, the rest is DER.
#include <array>

#include "controller/pki/key.hpp"
#include "controller/pki/pem.hpp"
#include "tests/fuzz/claims.hpp"

namespace {

using namespace stackseal;
using fuzz::require;

constexpr std::array<std::string_view, 4> kLabels = {"PRIVATE KEY", "RSA PRIVATE KEY",
                                                     "EC PRIVATE KEY", "ENCRYPTED PRIVATE KEY"};

/// An accepted key has one normal form, however it is written.
void check_accepted(const core::PrivateKey& key) {
    for (const auto encoding : {core::KeyEncoding::kPkcs8, core::KeyEncoding::kPkcs1}) {
        const auto pem = pki::key_to_pem(key, encoding);
        require(pem.has_value(), "an accepted key can be written");
        const auto again = pki::key_from_pem(pem->reveal());
        require(again.has_value() && again->pkcs8.same(key.pkcs8),
                "it reads back to its normal form");
        require(again->public_half == key.public_half, "with the same public half");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input = fuzz::text_of(data, size);
    if (input.empty()) return -1;
    const auto label = kLabels[static_cast<std::size_t>(input[0]) % kLabels.size()];
    const auto key = pki::key_from_pem(pki::to_pem(label, input.substr(1)));
    if (key)
        check_accepted(*key);
    else
        fuzz::require_refusal(key.error(), core::Code::kCorrupt);
    return 0;
}
