// SPDX-License-Identifier: Apache-2.0
// The Issuer kind: who signs, and for whom.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "controller/api/certificate.hpp"
#include "controller/api/meta.hpp"

namespace stackseal::api {

/// Each Certificate is signed by its own key: `selfSigned: {}` in the API.
struct SelfSigned {
    bool operator==(const SelfSigned&) const = default;
};

/// A CA key pair that somebody else owns, in the Issuer's namespace.
struct CaSecret {
    std::string secret_name;

    bool operator==(const CaSecret&) const = default;
};

/// A CA that Stackseal creates. Absent signedBy: a self-signed root.
struct Authority {
    std::string common_name;  ///< at most 56 characters: a generation is appended
    SubjectSpec subject;
    std::optional<std::chrono::seconds> duration;
    PrivateKeySpec private_key;
    std::optional<IssuerRef> signed_by;
    std::optional<int> max_path_len;  ///< absent: computed from the authorities below

    bool operator==(const Authority&) const = default;
};

/// Beside the Issuer's own namespace, which is always served.
enum class NamespacesFrom : std::uint8_t { kSame, kNames, kSelector, kAll };

/// names goes with kNames only, match_labels (all must fit) with kSelector only: see validate().
struct AllowedNamespaces {
    NamespacesFrom from = NamespacesFrom::kSame;
    std::vector<std::string> names;
    std::map<std::string, std::string> match_labels;

    bool operator==(const AllowedNamespaces&) const = default;
};

/// Whom and what an issuer serves. A list that is absent does not constrain, but once any list of
/// names is given, a kind of name that is not listed is refused.
struct Allow {
    AllowedNamespaces namespaces;
    std::vector<std::string> dns_domains;
    std::vector<std::string> ip_ranges;
    std::vector<std::string> uris;
    std::vector<std::string> emails;
    std::vector<std::string> common_names;
    std::vector<core::Usage> usages;
    std::optional<std::chrono::seconds> max_duration;
    std::optional<bool> is_ca;  ///< absent: false, and true for selfSigned

    bool operator==(const Allow&) const = default;
};

/// monostate: none was given, which validate() refuses; two at once are a problem of decoding.
struct IssuerSpec {
    std::variant<std::monostate, SelfSigned, CaSecret, Authority> source;
    Allow allow;

    bool operator==(const IssuerSpec&) const = default;
};

/// Where a generation stands in its life. Only the one that signs exists so far.
enum class GenerationState : std::uint8_t { kActive };

/// One CA certificate of an authority. Later states come with rollover.
struct AuthorityGeneration {
    std::int64_t number = 0;
    std::string fingerprint;
    std::string secret_name;
    std::optional<core::Time> not_after;
    GenerationState state = GenerationState::kActive;

    bool operator==(const AuthorityGeneration&) const = default;
};

/// Recomputed at each pass. Its generations also tell, once the Secret is lost, of the lost key.
struct IssuerStatus {
    std::vector<Condition> conditions;
    std::vector<AuthorityGeneration> generations;  ///< authorities only
    std::optional<core::Time> not_after;           ///< of the current signer
    std::string expires;                           ///< RFC 3339 text of not_after

    bool operator==(const IssuerStatus&) const = default;
};

/// As the API server or a manifest has it. A snapshot is shared and never changed.
struct Issuer {
    Meta meta;
    IssuerSpec spec;
    IssuerStatus status;

    bool operator==(const Issuer&) const = default;
};

}  // namespace stackseal::api
