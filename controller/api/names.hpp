// SPDX-License-Identifier: Apache-2.0
// Labels, annotations, Secret keys, condition types, finalizers: text that is part of the API.
#pragma once

#include <string_view>

namespace stackseal::api {

/// On every Secret that we write; our Secrets are watched by it.
inline constexpr std::string_view kManagedLabel = "stackseal.io/managed";
inline constexpr std::string_view kManagedValue = "true";

/// Written with the Secret, so that the Secret alone tells what was intended (write protocol).
inline constexpr std::string_view kCertificateName = "stackseal.io/certificate-name";
inline constexpr std::string_view kCertificateUid = "stackseal.io/certificate-uid";
inline constexpr std::string_view kIssuerName = "stackseal.io/issuer-name";
inline constexpr std::string_view kIssuerNamespace = "stackseal.io/issuer-namespace";
inline constexpr std::string_view kIssuerKind = "stackseal.io/issuer-kind";
inline constexpr std::string_view kIssuerGroup = "stackseal.io/issuer-group";
inline constexpr std::string_view kIssuerGeneration = "stackseal.io/issuer-generation";
inline constexpr std::string_view kRevision = "stackseal.io/revision";
inline constexpr std::string_view kReissue = "stackseal.io/reissue";
/// SHA-256 over tls.crt and tls.key as stored; spares the parsing of the key while it is unchanged.
inline constexpr std::string_view kPairDigest = "stackseal.io/pair-digest";
/// Names of the labels ("l:name") and annotations ("a:name") that came from spec.secretTemplate, so
/// that what leaves the template leaves the Secret.
inline constexpr std::string_view kTemplateKeys = "stackseal.io/template-keys";
/// On an authority's Secret: whose it is, since it lies in another namespace.
inline constexpr std::string_view kAuthorityName = "stackseal.io/authority-name";
inline constexpr std::string_view kAuthorityNamespace = "stackseal.io/authority-namespace";
inline constexpr std::string_view kAuthorityUid = "stackseal.io/authority-uid";
inline constexpr std::string_view kAuthorityGeneration = "stackseal.io/authority-generation";

/// On an Issuer: "true" accepts that an authority's key is lost, and has a new one made.
inline constexpr std::string_view kAcceptLostKey = "stackseal.io/accept-lost-key";

inline constexpr std::string_view kTlsCrt = "tls.crt";
inline constexpr std::string_view kTlsKey = "tls.key";
inline constexpr std::string_view kCaCrt = "ca.crt";
inline constexpr std::string_view kTlsType = "kubernetes.io/tls";

inline constexpr std::string_view kReady = "Ready";

/// Who writes: fieldManager of requests and reportingController of events.
inline constexpr std::string_view kFieldManager = "stackseal";

/// On what is applied from a folder for its users, and as whom that is applied.
inline constexpr std::string_view kManagedByLabel = "app.kubernetes.io/managed-by";
inline constexpr std::string_view kManagedByValue = "stackseal";
inline constexpr std::string_view kGivenManager = "stackseal-objects";

}  // namespace stackseal::api
