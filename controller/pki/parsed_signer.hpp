// SPDX-License-Identifier: Apache-2.0
// What a Signer holds. Never changed after it is built, so any thread may read it.
#pragma once

#include <optional>
#include <string>

#include "controller/pki/handle.hpp"
#include "controller/pki/sign.hpp"

namespace stackseal::pki {

struct Signer::Parsed {
    CertificateHandle certificate;
    KeyHandle key;
    core::CertificateFacts facts;
    std::string key_id;       ///< octets: the certificate's SKI, or computed if it has none
    std::optional<int> room;  ///< CAs that may stand between this one and a leaf; absent: any
    std::string intermediates;
    std::string anchors;
};

/// The octets that an AKI has to repeat: the SKI as it stands, else SHA-1 of the key's bits.
std::string key_id_of(const X509* certificate, const core::CertificateFacts& facts);

}  // namespace stackseal::pki
