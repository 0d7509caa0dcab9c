// SPDX-License-Identifier: Apache-2.0
// One file an object.
#include "tests/simulation/wishes.hpp"

#include <algorithm>
#include <filesystem>

namespace stackseal::simulation {

namespace {

using core::concat;

std::string head(const std::string& kind, const std::string& name, bool accepts_loss) {
    return concat("apiVersion: stackseal.io/v1alpha1\nkind: ", kind, "\nmetadata:\n  name: ", name,
                  "\n  namespace: ", kSpace, "\n",
                  accepts_loss ? "  annotations: {stackseal.io/accept-lost-key: \"true\"}\n" : "",
                  "spec:\n");
}

std::string source_of(const IssuerWish& wish) {
    switch (wish.kind) {
        case IssuerWish::Kind::kSelfSigned:
            return "  selfSigned: {}\n";
        case IssuerWish::Kind::kGiven:
            return concat("  ca: {secretName: ", wish.ca_secret, "}\n");
        case IssuerWish::Kind::kAuthority:
            break;
    }
    return concat(
        "  authority:\n    commonName: ", wish.common_name,
        "\n    privateKey: {algorithm: ECDSA, size: 256}\n",
        wish.signed_by.empty() ? "" : concat("    signedBy: {name: ", wish.signed_by, "}\n"));
}

std::string manifest_of(const IssuerWish& wish) {
    const std::string allow = wish.allowed_names.empty()
                                  ? ""
                                  : concat("  allow: {dnsDomains: [", wish.allowed_names, "]}\n");
    return head("Issuer", wish.name, wish.accepts_loss) + source_of(wish) + allow;
}

std::string manifest_of(const CertificateWish& wish) {
    std::string text = head("Certificate", wish.name, false);
    text += concat("  secretName: ", wish.secret(), "\n  issuerRef: {name: ", wish.issuer, "}\n");
    text += concat("  dnsNames: [", wish.host, ".", wish.name, ".example.com]\n");
    text += concat("  privateKey: {algorithm: ", wish.ed25519 ? "Ed25519" : "ECDSA",
                   ", rotationPolicy: ", wish.keeps_key ? "Never" : "Always", "}\n");
    if (!wish.duration.empty()) text += concat("  duration: ", wish.duration, "\n");
    if (wish.reissue > 0) text += concat("  reissue: \"", wish.reissue, "\"\n");
    if (wish.dies_with_owner) text += "  deletionPolicy: Delete\n";
    if (!wish.label.empty())
        text += concat("  secretTemplate: {labels: {team: ", wish.label, "}}\n");
    return text;
}

void put_file(const std::string& path, const std::string& text, bool present) {
    if (!present)
        std::filesystem::remove(path);
    else if (local::tests::read_file(path) != text)
        local::tests::write_file(path, text);
}

}  // namespace

IssuerWish& Wishes::issuer(const std::string& name) {
    return *std::ranges::find(issuers, name, &IssuerWish::name);
}

CertificateWish& Wishes::certificate(const std::string& name) {
    return *std::ranges::find(certificates, name, &CertificateWish::name);
}

Wishes small_wishes() {
    return {.issuers = {{.name = "root", .common_name = "Root"},
                        {.name = "plane", .common_name = "Control plane", .signed_by = "root"}},
            .certificates = {{.name = "api", .issuer = "plane"}, {.name = "mq", .issuer = "root"}}};
}

Wishes large_wishes() {
    Wishes wishes = small_wishes();
    wishes.issuers.push_back(
        {.name = "corp", .kind = IssuerWish::Kind::kGiven, .ca_secret = "corp-a"});
    wishes.issuers.push_back({.name = "self", .kind = IssuerWish::Kind::kSelfSigned});
    wishes.certificates = {
        {.name = "api", .issuer = "plane", .duration = "24h"},
        {.name = "db", .issuer = "corp", .dies_with_owner = true},
        {.name = "mq", .issuer = "root", .duration = "72h", .keeps_key = true},
        {.name = "web", .issuer = "self", .ed25519 = true},
    };
    return wishes;
}

void write_manifests(const World& world, const Wishes& wishes) {
    for (const IssuerWish& wish : wishes.issuers)
        put_file(world.manifest(concat("issuer-", wish.name, ".yaml")), manifest_of(wish),
                 wish.present);
    for (const CertificateWish& wish : wishes.certificates)
        put_file(world.manifest(concat("certificate-", wish.name, ".yaml")), manifest_of(wish),
                 wish.present);
}

}  // namespace stackseal::simulation
