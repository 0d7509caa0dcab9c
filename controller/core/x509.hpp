// SPDX-License-Identifier: Apache-2.0
// Certificates as plain data: what one should say (Profile) and what one does say (Facts).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "controller/core/secret_bytes.hpp"
#include "controller/core/time.hpp"

namespace stackseal::core {

/// The kinds of key that we issue. kEcdsa: on the curves P-256, P-384 and P-521.
enum class KeyAlgorithm : std::uint8_t { kRsa, kEcdsa, kEd25519 };
/// The form of a private key's PEM. kPkcs1: the algorithm's own (RFC 8017, and SEC1 of RFC 5915 for
/// ECDSA; Ed25519 has none); kPkcs8: RFC 5958 for all.
enum class KeyEncoding : std::uint8_t { kPkcs1, kPkcs8 };

/// A key's kind. Units: bits of the RSA modulus, or of the curve (256, 384, 521); 0 for Ed25519.
struct KeySpec {
    KeyAlgorithm algorithm = KeyAlgorithm::kEcdsa;
    int size = 256;

    bool operator==(const KeySpec&) const = default;
};

/// "RSA-2048", "ECDSA-256", "Ed25519".
std::string to_string(const KeySpec& spec);

/// A key's public half: the parts of a SubjectPublicKeyInfo (RFC 5280 4.1.2.7).
struct PublicKey {
    KeyAlgorithm algorithm = KeyAlgorithm::kEcdsa;
    std::string curve;  ///< kEcdsa only: OpenSSL's short name, "prime256v1"
    std::string bits;   ///< octets of subjectPublicKey: a point, RSAPublicKey (RFC 8017), 32 octets

    bool operator==(const PublicKey&) const = default;
};

/// A private key with its public half beside it, so that nobody who needs that alone has to decode
/// the PKCS#8. Whoever makes one takes both halves from the same key.
struct PrivateKey {
    SecretBytes pkcs8;  ///< DER (RFC 5958)
    PublicKey public_half;
};

/// Key usages and extended key usages in one list, named as cert-manager names them.
/// The enumerators' text is in usage_text(); the first nine are key usages (RFC 5280 4.2.1.3),
/// the rest extended ones (4.2.1.12).
enum class Usage : std::uint8_t {
    kDigitalSignature,
    kContentCommitment,
    kKeyEncipherment,
    kDataEncipherment,
    kKeyAgreement,
    kCertSign,
    kCrlSign,
    kEncipherOnly,
    kDecipherOnly,
    kServerAuth,
    kClientAuth,
    kCodeSigning,
    kEmailProtection,
    kTimestamping,
    kOcspSigning,
    kIpsecEndSystem,
    kIpsecTunnel,
    kIpsecUser,
    kAny,
};
inline constexpr int kUsageCount = 19;

/// True for an extended key usage, false for a bit of keyUsage.
constexpr bool is_extended(Usage usage) {
    return usage >= Usage::kServerAuth;
}

/// "server auth", "digital signature", …: the API's names, the same as cert-manager's.
std::string_view usage_text(Usage usage);

/// Subject alternative names by kind, in the order asked for, in canonical text: DNS lower-case,
/// IPv4 dotted (RFC 3986), IPv6 shortest (RFC 5952).
struct Names {
    std::vector<std::string> dns;
    std::vector<std::string> ips;
    std::vector<std::string> uris;
    std::vector<std::string> emails;

    bool empty() const { return dns.empty() && ips.empty() && uris.empty() && emails.empty(); }
    bool operator==(const Names&) const = default;
};

/// A distinguished name's parts; each list gives one RDN per entry. Order on the wire:
/// C, ST, L, street, postalCode, O, OU, CN, serialNumber.
struct Subject {
    std::string common_name;
    std::vector<std::string> countries;
    std::vector<std::string> provinces;
    std::vector<std::string> localities;
    std::vector<std::string> street_addresses;
    std::vector<std::string> postal_codes;
    std::vector<std::string> organizations;
    std::vector<std::string> organizational_units;
    std::string serial_number;

    bool empty() const { return *this == Subject{}; }
    bool operator==(const Subject&) const = default;
};

/// What a certificate shall say. Everything that signing needs but the two keys.
struct Profile {
    Subject subject;
    Names names;
    bool is_ca = false;
    std::optional<int> max_path_len;  ///< CAs only
    std::vector<Usage> usages;        ///< sorted, unique; emitted as keyUsage and extKeyUsage
    Time not_before;
    Time not_after;

    bool operator==(const Profile&) const = default;
};

/// What a certificate says, as parsed. Hexadecimal text is lower-case without separators.
struct CertificateFacts {
    Subject subject;
    std::string subject_der;  ///< hex of the DER, for byte-exact comparison with an issuer
    std::string issuer_der;   ///< hex of the DER
    Names names;
    bool is_ca = false;
    std::optional<int> max_path_len;
    std::vector<Usage> usages;  ///< sorted, unique; usages that we do not name are left out
    Time not_before;
    Time not_after;
    std::string serial;            ///< hex
    std::string fingerprint;       ///< hex of SHA-256 over the DER
    std::string public_key;        ///< hex of SHA-256 over the SubjectPublicKeyInfo
    std::string subject_key_id;    ///< hex; empty: absent
    std::string authority_key_id;  ///< hex of the keyid form; empty: absent
    std::optional<KeySpec> key;    ///< absent: a kind of key that we do not issue
    bool self_signed = false;      ///< issuer equals subject, and its own key verifies it

    bool operator==(const CertificateFacts&) const = default;
};

}  // namespace stackseal::core
