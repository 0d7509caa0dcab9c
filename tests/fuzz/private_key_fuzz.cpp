// SPDX-License-Identifier: Apache-2.0
// Private keys that others made: the first byte chooses the label, the rest is DER.
#include <array>

#include "controller/pki/key.hpp"
#include "controller/pki/pem.hpp"
#include "controller/pki/private_key.hpp"
#include "tests/fuzz/claims.hpp"

namespace {

using namespace stackseal;
using fuzz::require;

constexpr std::array<std::string_view, 4> kLabels = {"PRIVATE KEY", "RSA PRIVATE KEY",
                                                     "EC PRIVATE KEY", "ENCRYPTED PRIVATE KEY"};

/// The public half is that of the private one, and stands as a certificate would hold it.
void check_halves(const core::PrivateKey& key) {
    const auto decoded = pki::decode_key(key.pkcs8);
    require(decoded.has_value(), "an accepted key can be signed with");
    const pki::PublicKeyHandle whole(X509_PUBKEY_new());
    require(pki::put_public_half(key.public_half, whole.get()).has_value(), "it can be certified");
    const auto digest = pki::public_digest(decoded->get());
    require(digest && *digest == pki::digest_of(whole.get()), "its halves belong together");
    const std::string der = pki::der_of(whole.get(), i2d_X509_PUBKEY);
    const auto* at = reinterpret_cast<const unsigned char*>(der.data());
    const pki::KeyHandle read(d2i_PUBKEY(nullptr, &at, static_cast<long>(der.size())));
    require(read && EVP_PKEY_eq(read.get(), decoded->get()) == 1, "OpenSSL reads the same");
}

/// An accepted key has one normal form, however it is written.
void check_accepted(const core::PrivateKey& key) {
    check_halves(key);
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
