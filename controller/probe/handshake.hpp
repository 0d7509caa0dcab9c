// SPDX-License-Identifier: Apache-2.0
// A TLS handshake that wants to see what is served: it refuses nothing, old versions included.
#pragma once

#include <memory>
#include <string>

#include "controller/core/result.hpp"
#include "controller/probe/socket.hpp"

namespace stackseal::probe {

/// What the server showed.
struct Shown {
    std::string chain_pem;  ///< as sent, the leaf first
    std::string protocol;   ///< "TLSv1.3"
    std::string cipher;     ///< "TLS_AES_256_GCM_SHA384"; "" when it broke off before that
    std::string refusal;  ///< why the server broke off after it had shown its chain; "": it did not
    bool asks_client_certificate = false;
};

/// One handshake over a new connection; server_name: sent as SNI, "" for none.
/// Errors: kUnavailable with the reason when the server shows no certificate, kInvalid for a
/// server name that cannot be sent.
core::Result<Shown> shake_hands(const Socket& socket, const std::string& server_name,
                                const Deadline& deadline);

}  // namespace stackseal::probe
