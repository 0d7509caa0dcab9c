// SPDX-License-Identifier: Apache-2.0
// Every reason that a condition, an event or a metric may carry. They are API: add, never rename.
#pragma once

#include <string_view>

namespace stackseal::core {

/// A CamelCase word of the table below.
using Reason = std::string_view;

namespace reason {

// Why a certificate is issued again: events and metrics.
inline constexpr Reason kDoesNotExist = "DoesNotExist";
inline constexpr Reason kMissingData = "MissingData";
inline constexpr Reason kInvalidCertificate = "InvalidCertificate";
inline constexpr Reason kInvalidKeyPair = "InvalidKeyPair";
inline constexpr Reason kSecretModified = "SecretModified";
inline constexpr Reason kIncorrectIssuer = "IncorrectIssuer";
inline constexpr Reason kSignerChanged = "SignerChanged";
inline constexpr Reason kSecretMismatch = "SecretMismatch";
inline constexpr Reason kRequestChanged = "RequestChanged";
inline constexpr Reason kReissueRequested = "ReissueRequested";
inline constexpr Reason kRenewing = "Renewing";
inline constexpr Reason kExpired = "Expired";

// Why one is not: the Ready condition of a Certificate.
inline constexpr Reason kReady = "Ready";
inline constexpr Reason kInvalidSpec = "InvalidSpec";
inline constexpr Reason kSecretConflict = "SecretConflict";
inline constexpr Reason kIssuerNotFound = "IssuerNotFound";
inline constexpr Reason kIssuerNotReady = "IssuerNotReady";
inline constexpr Reason kDeniedByIssuer = "DeniedByIssuer";
inline constexpr Reason kNamespaceNotServed = "NamespaceNotServed";
inline constexpr Reason kWaitingForKey = "WaitingForKey";
inline constexpr Reason kKeyRotationForbidden = "KeyRotationForbidden";
inline constexpr Reason kIssuanceLoop = "IssuanceLoop";
inline constexpr Reason kIssuanceFailed = "IssuanceFailed";
inline constexpr Reason kForbidden = "Forbidden";
inline constexpr Reason kClockSkew = "ClockSkew";

// The Ready condition of an Issuer.
inline constexpr Reason kSecretNotFound = "SecretNotFound";
inline constexpr Reason kInvalidCaKeyPair = "InvalidCaKeyPair";
inline constexpr Reason kCaExpired = "CaExpired";
inline constexpr Reason kSignedByCycle = "SignedByCycle";
inline constexpr Reason kAuthorityKeyMissing = "AuthorityKeyMissing";
inline constexpr Reason kRolloverPending = "RolloverPending";

}  // namespace reason
}  // namespace stackseal::core
