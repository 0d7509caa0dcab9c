// SPDX-License-Identifier: Apache-2.0
// Strict TLS for the client side: our anchors only, SANs only, the reason of a refusal kept.
#pragma once

#include <memory>
#include <string>

#include "controller/core/result.hpp"
#include "controller/ports/transport.hpp"

struct ssl_ctx_st;

namespace stackseal::http {

/// Why the last handshake was refused, in words; "" when verification did not refuse it.
/// Written and read on the pool thread only.
struct Verdict {
    std::string reason;
};

/// A TlsMaterial, parsed once; immutable, for any thread.
class TlsSettings {
  public:
    /// host: the name or IPv4 that is connected to; material.server_name takes its place if set.
    /// Errors: kCorrupt for anchors, a chain or a key that do not parse, or do not fit together;
    /// kUnavailable when the system's anchors are asked for and not found.
    static core::Result<std::shared_ptr<const TlsSettings>> load(const ports::TlsMaterial& material,
                                                                 const std::string& host);
    ~TlsSettings();
    TlsSettings(const TlsSettings&) = delete;
    TlsSettings& operator=(const TlsSettings&) = delete;

    /// Makes a connection's context ours. verdict must outlive the connections made from it.
    core::Result<void> apply(ssl_ctx_st* context, Verdict* verdict) const;

  private:
    struct Parsed;
    explicit TlsSettings(std::unique_ptr<const Parsed> parsed);
    std::unique_ptr<const Parsed> parsed_;
};

/// What an error number out of a TLS stream means; "" for a number that OpenSSL does not know.
std::string tls_reason(unsigned long number);

}  // namespace stackseal::http
