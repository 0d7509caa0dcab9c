// SPDX-License-Identifier: Apache-2.0
// The API's names of usages and keys, one table each.
#include "controller/core/x509.hpp"

#include <array>

namespace stackseal::core {

namespace {
constexpr std::array<std::string_view, kUsageCount> kUsageTexts = {
    "digital signature",
    "content commitment",
    "key encipherment",
    "data encipherment",
    "key agreement",
    "cert sign",
    "crl sign",
    "encipher only",
    "decipher only",
    "server auth",
    "client auth",
    "code signing",
    "email protection",
    "timestamping",
    "ocsp signing",
    "ipsec end system",
    "ipsec tunnel",
    "ipsec user",
    "any",
};
}  // namespace

std::string_view usage_text(Usage usage) {
    return kUsageTexts[static_cast<std::size_t>(usage)];
}

std::string to_string(const KeySpec& spec) {
    switch (spec.algorithm) {
        case KeyAlgorithm::kRsa:
            return "RSA-" + std::to_string(spec.size);
        case KeyAlgorithm::kEcdsa:
            return "ECDSA-" + std::to_string(spec.size);
        case KeyAlgorithm::kEd25519:
            return "Ed25519";
    }
    return "unknown";
}

}  // namespace stackseal::core
