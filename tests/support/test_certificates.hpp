// SPDX-License-Identifier: Apache-2.0
// Certificates for tests of TLS clients, good and bad ones; made without the code of pki.
#pragma once

#include <memory>
#include <string>
#include <vector>

namespace stackseal::tests {

struct CertificateSpec {
    std::string common_name;         ///< "" for none
    std::vector<std::string> names;  ///< "DNS:localhost", "IP:127.0.0.1"
    long from_seconds = -3600;       ///< validity, relative to now
    long until_seconds = 3600;
    std::string usage = "serverAuth";
    bool ca = false;
};

struct CertificatePair {
    std::string certificate_pem;
    std::string key_pem;
};

/// A CA of P-256 that issues whatever it is told to.
class TestAuthority {
  public:
    explicit TestAuthority(const std::string& common_name);  ///< self-signed
    CertificatePair issue(const CertificateSpec& spec) const;
    /// An authority signed by this one.
    TestAuthority intermediate(const std::string& common_name) const;
    const std::string& pem() const { return pair_.certificate_pem; }

  private:
    explicit TestAuthority(CertificatePair pair) : pair_(std::move(pair)) {}
    CertificatePair pair_;
};

}  // namespace stackseal::tests
