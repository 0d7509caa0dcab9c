// SPDX-License-Identifier: Apache-2.0
// Relations between fields, and that each field is checked at its own place.
#include "controller/api/validate.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "tests/unit/controller/api/manifests.hpp"

namespace stackseal::api {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

CertificateSpec certificate() {
    CertificateSpec spec;
    spec.secret_name = "keystone-tls";
    spec.issuer_ref.name = "internal";
    spec.dns_names = {"keystone.example.com"};
    return spec;
}

std::string found(const std::function<void(CertificateSpec&)>& change) {
    CertificateSpec spec = certificate();
    change(spec);
    return lines_of(validate(spec));
}

TEST(ValidateCertificate, ASoundSpecHasNoProblem) {
    EXPECT_EQ(lines_of(validate(certificate())), "");
}

TEST(ValidateCertificate, AtLeastOneNameOfAnyKind) {
    EXPECT_EQ(found([](auto& s) { s.dns_names.clear(); }),
              "/spec: names nobody; give at least one of commonName, dnsNames, ipAddresses, uris "
              "and emailAddresses\n");
    using Change = std::function<void(CertificateSpec&)>;
    for (const Change& name : {Change([](auto& s) { s.common_name = "x"; }),
                               Change([](auto& s) { s.ip_addresses = {"192.0.2.1"}; }),
                               Change([](auto& s) { s.uris = {"spiffe://x/y"}; }),
                               Change([](auto& s) { s.email_addresses = {"a@example.com"}; })})
        EXPECT_EQ(found([&](auto& s) {
                      s.dns_names.clear();
                      name(s);
                  }),
                  "");
}

TEST(ValidateCertificate, EachListIsCheckedAtItsPlace) {
    EXPECT_EQ(
        found([](auto& s) {
            s.dns_names = {"a.example.com", "b_c"};
            s.ip_addresses = {"10.0.0.256"};
            s.uris = {"x"};
            s.email_addresses = {"x"};
        }),
        "/spec/dnsNames/1: \"b_c\" is no DNS name: '_' is not allowed; use letters, digits and "
        "'-'\n"
        "/spec/ipAddresses/0: \"10.0.0.256\" is no IP address: write it as 192.0.2.1 or "
        "2001:db8::1\n"
        "/spec/uris/0: \"x\" is no URI: it must begin with a scheme, as in "
        "spiffe://example.com/keystone\n"
        "/spec/emailAddresses/0: \"x\" is no e-mail address: it must have one '@', as in "
        "ops@example.com\n");
}

TEST(ValidateCertificate, NoNameTwiceHoweverItIsWritten) {
    EXPECT_EQ(
        found([](auto& s) {
            s.dns_names = {"a.example.com", "b.example.com", "a.example.com"};
        }),
        "/spec/dnsNames/2: \"a.example.com\" stands already at /spec/dnsNames/0; remove one\n");
    EXPECT_EQ(
        found([](auto& s) {
            s.ip_addresses = {"2001:db8::1", "2001:DB8:0::1"};
        }),
        "/spec/ipAddresses/1: \"2001:DB8:0::1\" stands already at /spec/ipAddresses/0; remove "
        "one\n");
    EXPECT_EQ(found([](auto& s) {
                  s.email_addresses = {"a@example.com", "A@EXAMPLE.com"};
              }),
              "/spec/emailAddresses/1: \"A@EXAMPLE.com\" stands already at /spec/emailAddresses/0; "
              "remove one\n");
    EXPECT_EQ(found([](auto& s) { s.uris = {"a:b", "a:B"}; }), "") << "paths have case";
}

TEST(ValidateCertificate, Durations) {
    EXPECT_EQ(found([](auto& s) { s.duration = minutes(5); }), "");
    EXPECT_EQ(found([](auto& s) { s.duration = minutes(5) - seconds(1); }),
              "/spec/duration: 4m59s is too short; give at least 5m\n");
    EXPECT_EQ(found([](auto& s) { s.duration = seconds(0); }),
              "/spec/duration: 0s is too short; give at least 5m\n");
    EXPECT_EQ(found([](auto& s) { s.renew_before = seconds(299); }),
              "/spec/renewBefore: 4m59s is too short; give at least 5m\n");
}

TEST(ValidateCertificate, RenewBeforeIsShorterThanTheDurationAndAlone) {
    const auto with = [](seconds before, seconds duration) {
        return found([&](auto& s) {
            s.renew_before = before;
            s.duration = duration;
        });
    };
    EXPECT_EQ(with(hours(24) - seconds(1), hours(24)), "");
    EXPECT_EQ(with(hours(24), hours(24)),
              "/spec/renewBefore: 24h is not shorter than the duration, 24h; give less\n");
    EXPECT_EQ(found([](auto& s) { s.renew_before_percentage = 50; }), "");
    EXPECT_EQ(found([](auto& s) {
                  s.renew_before = hours(1);
                  s.renew_before_percentage = 50;
              }),
              "/spec/renewBefore: stands beside renewBeforePercentage; remove one of them\n");
}

TEST(ValidateCertificate, KeySizesFitTheAlgorithm) {
    using core::KeyAlgorithm;
    const auto size = [](std::optional<KeyAlgorithm> algorithm, int bits) {
        return found([&](auto& s) { s.private_key = {.algorithm = algorithm, .size = bits}; });
    };
    for (const int bits : {2048, 2056, 3072, 4096}) EXPECT_EQ(size(KeyAlgorithm::kRsa, bits), "");
    for (const int bits : {256, 1024, 2040, 2049, 4104, 8192})
        EXPECT_EQ(size(KeyAlgorithm::kRsa, bits),
                  "/spec/privateKey/size: " + std::to_string(bits) +
                      " bits are no size of an RSA key; use 2048, 3072 or 4096\n");
    for (const int bits : {256, 384, 521}) {
        EXPECT_EQ(size(KeyAlgorithm::kEcdsa, bits), "");
        EXPECT_EQ(size(std::nullopt, bits), "");
    }
    EXPECT_EQ(size(KeyAlgorithm::kEcdsa, 512),
              "/spec/privateKey/size: 512 is no size of an ECDSA key; use 256, 384 or 521\n");
    EXPECT_EQ(size(std::nullopt, 2048),
              "/spec/privateKey/size: 2048 is no size of an ECDSA key (the default algorithm); use "
              "256, 384 or 521, or set algorithm: RSA\n");
    EXPECT_EQ(size(KeyAlgorithm::kEd25519, 256),
              "/spec/privateKey/size: 256: an Ed25519 key has one size only; remove it\n");
}

TEST(ValidateCertificate, KeyEncodingFitsTheAlgorithm) {
    using core::KeyAlgorithm;
    const auto pkcs1 = [](std::optional<KeyAlgorithm> algorithm) {
        return found([&](auto& s) {
            s.private_key = {.algorithm = algorithm, .encoding = core::KeyEncoding::kPkcs1};
        });
    };
    EXPECT_EQ(pkcs1(KeyAlgorithm::kRsa) + pkcs1(KeyAlgorithm::kEcdsa) + pkcs1(std::nullopt), "");
    EXPECT_EQ(pkcs1(KeyAlgorithm::kEd25519),
              "/spec/privateKey/encoding: PKCS1 has no form for an Ed25519 key; use PKCS8\n");
}

TEST(ValidateCertificate, Usages) {
    using core::Usage;
    EXPECT_EQ(found([](auto& s) {
                  s.usages = {Usage::kServerAuth, Usage::kClientAuth, Usage::kServerAuth};
              }),
              "/spec/usages/2: \"server auth\" stands already at /spec/usages/0; remove one\n");
    EXPECT_EQ(found([](auto& s) {
                  s.usages = {Usage::kServerAuth, Usage::kCertSign};
              }),
              "/spec/usages/1: \"cert sign\" is for CAs; set isCA: true or remove it\n");
    EXPECT_EQ(found([](auto& s) {
                  s.usages = {Usage::kCertSign};
                  s.is_ca = true;
              }),
              "");
}

TEST(ValidateCertificate, CommonNames) {
    EXPECT_EQ(found([](auto& s) { s.common_name = std::string(64, 'x'); }), "");
    EXPECT_EQ(found([](auto& s) { s.common_name = std::string(65, 'x'); }),
              "/spec/commonName: \"" + std::string(64, 'x') +
                  "…\" has 65 characters, and a common name at most 64; leave it out and use "
                  "dnsNames\n");
    EXPECT_EQ(found([](auto& s) { s.common_name = std::string("a\0b", 3); }),
              "/spec/commonName: \"a?b\" has a control character; remove it\n");
}

TEST(ValidateCertificate, Subjects) {
    EXPECT_EQ(
        found([](auto& s) {
            s.subject = {.organizations = {"Köln AG", "x\ny"},
                         .organizational_units = {"\x7f"},
                         .countries = {"DE", "D1", "DE"},
                         .localities = {"\t"},
                         .provinces = {"\t"},
                         .street_addresses = {"\t"},
                         .postal_codes = {"\t"},
                         .serial_number = "a*b"};
        }),
        "/spec/subject/organizations/1: \"x?y\" has a control character; remove it\n"
        "/spec/subject/organizationalUnits/0: \"?\" has a control character; remove it\n"
        "/spec/subject/countries/1: \"D1\" is no country: give the two letters of ISO 3166, as "
        "in DE\n"
        "/spec/subject/countries/2: \"DE\" stands already at /spec/subject/countries/0; remove "
        "one\n"
        "/spec/subject/localities/0: \"?\" has a control character; remove it\n"
        "/spec/subject/provinces/0: \"?\" has a control character; remove it\n"
        "/spec/subject/streetAddresses/0: \"?\" has a control character; remove it\n"
        "/spec/subject/postalCodes/0: \"?\" has a control character; remove it\n"
        "/spec/subject/serialNumber: \"a*b\" is no serial number: use letters, digits, spaces "
        "and '()+,-./:=?\n");
}

TEST(ValidateCertificate, References) {
    EXPECT_EQ(found([](auto& s) {
                  s.secret_name = "A";
                  s.issuer_ref = {"b_c", "ClusterIssuer", "cert-manager.io", "D"};
              }),
              "/spec/secretName: \"A\" is no object name: write it in lower case: \"a\"\n"
              "/spec/issuerRef/name: \"b_c\" is no object name: '_' is not allowed; use letters, "
              "digits and '-'\n"
              "/spec/issuerRef/kind: \"ClusterIssuer\" is no kind of issuer that is served; use "
              "Issuer\n"
              "/spec/issuerRef/group: \"cert-manager.io\" is not served; use stackseal.io\n"
              "/spec/issuerRef/namespace: \"D\" is no namespace: write it in lower case: \"d\"\n");
}

TEST(ValidateCertificate, SecretTemplates) {
    EXPECT_EQ(
        found([](auto& s) {
            s.secret_template.labels = {{"app", "keystone"},
                                        {"notstackseal.io/x", ""},
                                        {"stackseal.io", "a name without a prefix"},
                                        {"stackseal.io/managed", "false"},
                                        {"x.stackseal.io/y", ""},
                                        {"a b", ""}};
            s.secret_template.annotations = {
                {"example.com/text", "any text\n"}, {"stackseal.io/revision", "1"}, {"a/b/c", ""}};
        }),
        "/spec/secretTemplate/labels/a b: \"a b\" is no key of metadata: a name has 1 to 63 "
        "letters, digits, '-', '_' or '.', beginning and ending with a letter or a digit\n"
        "/spec/secretTemplate/labels/stackseal.io: \"a name without a prefix\" is no label "
        "value: it has 1 to 63 letters, digits, '-', '_' or '.', beginning and ending with a "
        "letter or a digit\n"
        "/spec/secretTemplate/labels/stackseal.io~1managed: \"stackseal.io/managed\" belongs to "
        "Stackseal, which writes it alone; remove it\n"
        "/spec/secretTemplate/labels/x.stackseal.io~1y: \"x.stackseal.io/y\" belongs to "
        "Stackseal, which writes it alone; remove it\n"
        "/spec/secretTemplate/annotations/a~1b~1c: \"a/b/c\" is no key of metadata: a name has 1 "
        "to 63 letters, digits, '-', '_' or '.', beginning and ending with a letter or a digit\n"
        "/spec/secretTemplate/annotations/stackseal.io~1revision: \"stackseal.io/revision\" "
        "belongs to Stackseal, which writes it alone; remove it\n");
}

std::string found_in(IssuerSpec spec) {
    return lines_of(validate(spec));
}

std::string found_in_allow(Allow allow) {
    return lines_of(validate(IssuerSpec{CaSecret{"corporate-ca"}, std::move(allow)}));
}

TEST(ValidateIssuer, ExactlyOneSource) {
    EXPECT_EQ(found_in({}),
              "/spec: says not who signs; give exactly one of selfSigned, ca and authority\n");
    EXPECT_EQ(found_in({SelfSigned{}}), "");
    EXPECT_EQ(found_in({CaSecret{"corporate-ca"}}), "");
    EXPECT_EQ(found_in({Authority{.common_name = "Root"}}), "");
    EXPECT_EQ(found_in({CaSecret{"A"}}),
              "/spec/ca/secretName: \"A\" is no object name: write it in lower case: \"a\"\n");
}

TEST(ValidateIssuer, Authorities) {
    EXPECT_EQ(found_in({Authority{.common_name = std::string(56, 'x')}}), "");
    EXPECT_EQ(found_in({Authority{.common_name = ""}}),
              "/spec/authority/commonName: is empty; name the CA, as in \"Example Cloud internal "
              "CA\"\n");
    EXPECT_EQ(found_in({Authority{.common_name = std::string(57, 'x'),
                                  .subject = {.countries = {"Germany"}},
                                  .duration = minutes(1),
                                  .private_key = {core::KeyAlgorithm::kRsa, 1024},
                                  .signed_by = IssuerRef{.name = "A"}}}),
              "/spec/authority/commonName: \"" + std::string(57, 'x') +
                  "\" has 57 characters; 56 at most, since a generation is appended\n"
                  "/spec/authority/subject/countries/0: \"Germany\" is no country: give the two "
                  "letters of ISO 3166, as in DE\n"
                  "/spec/authority/duration: 1m is too short; give at least 5m\n"
                  "/spec/authority/privateKey/size: 1024 bits are no size of an RSA key; use 2048, "
                  "3072 or 4096\n"
                  "/spec/authority/signedBy/name: \"A\" is no object name: write it in lower case: "
                  "\"a\"\n");
}

TEST(ValidateIssuer, OtherNamespacesDemandNames) {
    const std::string problem =
        "/spec/allow/namespaces/from: other namespaces are served only by an issuer that says "
        "which "
        "names it signs; give dnsDomains, ipRanges, uris, emails or commonNames\n";
    const AllowedNamespaces all{.from = NamespacesFrom::kAll};
    EXPECT_EQ(found_in_allow({.namespaces = all}), problem);
    EXPECT_EQ(found_in_allow({.namespaces = all, .usages = {core::Usage::kServerAuth}}), problem)
        << "usages are no names";
    EXPECT_EQ(found_in_allow({.namespaces = all, .dns_domains = {"example.com"}}), "");
    EXPECT_EQ(found_in_allow({.namespaces = all, .ip_ranges = {"10.0.0.0/8"}}), "");
    EXPECT_EQ(found_in_allow({.namespaces = all, .uris = {"spiffe://x/*"}}), "");
    EXPECT_EQ(found_in_allow({.namespaces = all, .emails = {"example.com"}}), "");
    EXPECT_EQ(found_in_allow({.namespaces = all, .common_names = {"Agent"}}), "");
    EXPECT_EQ(found_in_allow({.namespaces = {.from = NamespacesFrom::kNames, .names = {"a"}}}),
              problem);
}

TEST(ValidateIssuer, NamesAndSelectorGoWithTheirChoice) {
    const auto problems = [](AllowedNamespaces namespaces) {
        return found_in_allow(
            {.namespaces = std::move(namespaces), .dns_domains = {"example.com"}});
    };
    const std::map<std::string, std::string> blue = {{"cloud", "blue"}};
    EXPECT_EQ(problems({NamespacesFrom::kNames, {"a"}, {}}), "");
    EXPECT_EQ(problems({NamespacesFrom::kSelector, {}, blue}), "");
    EXPECT_EQ(problems({NamespacesFrom::kNames, {}, {}}),
              "/spec/allow/namespaces/names: is empty; list the namespaces that from: Names speaks "
              "of\n");
    EXPECT_EQ(problems({NamespacesFrom::kSelector, {}, {}}),
              "/spec/allow/namespaces/selector: is empty; give matchLabels, or from: All for every "
              "namespace\n");
    EXPECT_EQ(
        problems({NamespacesFrom::kSame, {"a"}, blue}),
        "/spec/allow/namespaces/names: is read only with from: Names; set that or remove it\n"
        "/spec/allow/namespaces/selector: is read only with from: Selector; set that or remove "
        "it\n");
    EXPECT_EQ(
        problems({NamespacesFrom::kNames, {"A", "b", "b"}, {}}),
        "/spec/allow/namespaces/names/0: \"A\" is no namespace: write it in lower case: \"a\"\n"
        "/spec/allow/namespaces/names/2: \"b\" stands already at /spec/allow/namespaces/names/1; "
        "remove one\n");
}

TEST(ValidateIssuer, ListsOfWhatIsAllowed) {
    EXPECT_EQ(
        found_in_allow({.dns_domains = {"example.com", "*.example.com"},
                        .ip_ranges = {"10.0.0.0/8", "10.0.0.1/8"},
                        .uris = {"spiffe://x/*", "x"},
                        .emails = {"example.com", "ops@example.com", "a b"},
                        .common_names = {"Agent", "Agent"},
                        .usages = {core::Usage::kAny, core::Usage::kAny},
                        .max_duration = seconds(1)}),
        "/spec/allow/dnsDomains/1: \"*.example.com\" is no domain: drop what stands before its "
        "first label; a domain covers all names below it\n"
        "/spec/allow/ipRanges/1: \"10.0.0.1/8\" is no IP range: bits behind the prefix are set; "
        "write \"10.0.0.0/8\"\n"
        "/spec/allow/uris/1: \"x\" is no URI: it must begin with a scheme, as in "
        "spiffe://example.com/keystone\n"
        "/spec/allow/emails/2: \"a b\" is no domain: a space is not allowed; use letters, digits "
        "and '-'\n"
        "/spec/allow/commonNames/1: \"Agent\" stands already at /spec/allow/commonNames/0; "
        "remove one\n"
        "/spec/allow/usages/1: \"any\" stands already at /spec/allow/usages/0; remove one\n"
        "/spec/allow/maxDuration: 1s is too short; give at least 5m\n");
}

}  // namespace
}  // namespace stackseal::api
