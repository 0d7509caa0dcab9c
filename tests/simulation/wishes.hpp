// SPDX-License-Identifier: Apache-2.0
// What the users want by now: a hierarchy and its certificates, and the manifests that say so.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "tests/simulation/world.hpp"

namespace stackseal::simulation {

struct IssuerWish {
    enum class Kind { kAuthority, kGiven, kSelfSigned };

    std::string name;
    Kind kind = Kind::kAuthority;
    std::string common_name;    ///< of an authority
    std::string signed_by;      ///< of an authority; "": a root
    std::string ca_secret;      ///< of a given CA
    std::string allowed_names;  ///< a domain; "": all
    bool accepts_loss = false;
    bool present = true;
};

struct CertificateWish {
    std::string name;
    std::string issuer;
    std::string host = "a";  ///< the first label of the DNS name
    std::string duration;    ///< "": by default
    bool ed25519 = false;
    bool keeps_key = false;
    bool dies_with_owner = false;
    int reissue = 0;
    std::string label;  ///< of the Secret's template; "": none
    bool present = true;

    std::string secret() const { return name + "-tls"; }
};

struct Wishes {
    std::vector<IssuerWish> issuers;
    std::vector<CertificateWish> certificates;

    IssuerWish& issuer(const std::string& name);
    CertificateWish& certificate(const std::string& name);
};

/// A root, an intermediate under it, and a certificate of each.
Wishes small_wishes();
/// All kinds of issuers, and certificates that renew within hours.
Wishes large_wishes();

/// Makes the manifests say what is wished; files that say it already are left alone.
void write_manifests(const World& world, const Wishes& wishes);

}  // namespace stackseal::simulation
