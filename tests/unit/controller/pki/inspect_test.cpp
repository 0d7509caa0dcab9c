// SPDX-License-Identifier: Apache-2.0
// Facts of what others made, and what damage of every kind is answered with.
#include "controller/pki/inspect.hpp"

#include <openssl/pem.h>

#include <random>

#include "controller/pki/handle.hpp"
#include "controller/pki/pem.hpp"
#include "tests/unit/controller/pki/support.hpp"

namespace stackseal::pki::test {
namespace {

using core::Code;
using core::KeyEncoding;
using core::KeyState;
using core::Usage;

/// A self-signed certificate by the openssl program. extensions: lines of its configuration.
std::string foreign(std::string_view extensions, std::string_view subject = "/CN=foreign",
                    std::string_view key = "ec -pkeyopt ec_paramgen_curve:P-256") {
    const Workshop shop;
    shop.write("c.cnf", core::concat("[req]\ndistinguished_name=d\nx509_extensions=e\n[d]\n[e]\n",
                                     extensions, "\n"));
    return shop.make("c.pem", core::concat("openssl req -x509 -config c.cnf -newkey ", key,
                                           " -nodes -utf8 -set_serial 0x00ff01 -subj '", subject,
                                           "' -keyout k.pem -out c.pem"));
}

std::string why_corrupt(std::string_view pem) {
    const auto chain = inspect_chain(pem);
    if (chain) return {};
    EXPECT_EQ(chain.error().code, Code::kCorrupt);
    return chain.error().message;
}

#define EXPECT_MENTIONS(text, part) EXPECT_NE((text).find(part), std::string::npos) << (text)

// ---- facts ------------------------------------------------------------------------------------

TEST(InspectChain, ReadsWhatOthersWrite) {
    const auto facts =
        facts_in(foreign("basicConstraints=critical,CA:TRUE,pathlen:3\n"
                         "keyUsage=critical,keyCertSign,cRLSign,digitalSignature\n"
                         "extendedKeyUsage=serverAuth,1.2.3.4,OCSPSigning\n"
                         "subjectKeyIdentifier=0a0b\n2.5.29.35=DER:30:04:80:02:0a:0b\n"
                         "subjectAltName=DNS:A.Example.org,IP:10.0.0.1,IP:2001:db8:0:0:1:0:0:1,"
                         "URI:https://a/b,email:a@b,RID:1.2.3,DNS:b",
                         "/C=DE/O=One/O=Two/CN=first/CN=Größe/street=Weg 1"));
    EXPECT_TRUE(facts.is_ca);
    EXPECT_EQ(facts.max_path_len, 3);
    EXPECT_EQ(facts.usages,
              (std::vector{Usage::kDigitalSignature, Usage::kCertSign, Usage::kCrlSign,
                           Usage::kServerAuth, Usage::kOcspSigning}));
    EXPECT_EQ(facts.names, (core::Names{.dns = {"a.example.org", "b"},
                                        .ips = {"10.0.0.1", "2001:db8::1:0:0:1"},
                                        .uris = {"https://a/b"},
                                        .emails = {"a@b"}}));
    EXPECT_EQ(facts.subject.countries, std::vector<std::string>{"DE"});
    EXPECT_EQ(facts.subject.organizations, (std::vector<std::string>{"One", "Two"}));
    EXPECT_EQ(facts.subject.common_name, "Größe");  // the last one counts
    EXPECT_EQ(facts.subject.street_addresses, std::vector<std::string>{"Weg 1"});
    EXPECT_EQ(facts.serial, "ff01");
    EXPECT_EQ(facts.subject_key_id, "0a0b");
    EXPECT_EQ(facts.authority_key_id, "0a0b");
    EXPECT_EQ(facts.key, kP256);
    EXPECT_TRUE(facts.self_signed);
}

TEST(InspectChain, LeavesEmptyWhatIsAbsent) {
    const auto facts = facts_in(foreign("subjectKeyIdentifier=none\nauthorityKeyIdentifier=none"));
    EXPECT_FALSE(facts.is_ca);
    EXPECT_FALSE(facts.max_path_len);
    EXPECT_TRUE(facts.usages.empty());
    EXPECT_TRUE(facts.names.empty());
    EXPECT_EQ(facts.subject_key_id, "");
    EXPECT_EQ(facts.authority_key_id, "");
}

TEST(InspectChain, AgreesWithTheOracleAboutDigests) {
    const Workshop shop;
    const std::string pem = root_ca().pem;
    shop.write("c.pem", pem);
    const auto facts = facts_in(pem);
    EXPECT_EQ(
        facts.fingerprint + "\n",
        shop.run("openssl x509 -in c.pem -noout -fingerprint -sha256 | sed 's/.*=//;s/://g' | "
                 "tr A-F a-f"));
    EXPECT_EQ(facts.public_key,
              shop.run("openssl x509 -in c.pem -noout -pubkey | openssl pkey -pubin -outform DER | "
                       "sha256sum")
                  .substr(0, 64));
    EXPECT_EQ(facts.serial + "\n",
              shop.run("openssl x509 -in c.pem -noout -serial | sed s/serial=// | tr A-F a-f"));
    EXPECT_EQ(get(fingerprint(pem)), facts.fingerprint);
}

TEST(InspectChain, NamesNoKindOfKeyThatIsNotIssued) {
    for (const char* key : {"ec -pkeyopt ec_paramgen_curve:secp256k1", "ed448"}) {
        const auto facts = facts_in(foreign("", "/CN=a", key));
        EXPECT_FALSE(facts.key) << key;
        EXPECT_TRUE(facts.self_signed) << key;
    }
}

TEST(InspectChain, CallsSelfSignedOnlyWhatItsOwnKeyVerifies) {
    const Ca one = root_ca(kP256, "Twin");
    const Ca other = root_ca(kP256, "Twin");
    const std::string forged = get(sign(ca_profile("Twin"), one.key.public_half, *other.signer()));
    const auto facts = facts_in(forged);
    EXPECT_EQ(facts.subject_der, facts.issuer_der);
    EXPECT_FALSE(facts.self_signed);
}

TEST(InspectChain, KeepsTheOrderAndSkipsTextBetween) {
    const Ca root = root_ca();
    const Ca child = child_ca(root, ca_profile("Child"));
    const auto chain = get(inspect_chain("# child\n" + child.pem + "\n# root\n" + root.pem));
    ASSERT_EQ(chain.size(), 2U);
    EXPECT_EQ(chain[0].subject.common_name, "Child");
    EXPECT_EQ(chain[1].subject.common_name, "Root G1");
}

// ---- damage -----------------------------------------------------------------------------------

TEST(InspectChain, SaysWhereAndWhy) {
    const std::string pem = root_ca().pem;
    EXPECT_EQ(why_corrupt(""), "no certificate in PEM");
    EXPECT_EQ(why_corrupt("words"), "no certificate in PEM");
    EXPECT_MENTIONS(why_corrupt(pem + pem_of(key_of(kP256))), "certificate 2 (line ");
    EXPECT_MENTIONS(why_corrupt(pem + pem_of(key_of(kP256))), "is a PRIVATE KEY");
    EXPECT_MENTIONS(why_corrupt(pem + to_pem("CERTIFICATE", "abc")), "does not parse");
    EXPECT_MENTIONS(why_corrupt(to_pem("TRUSTED CERTIFICATE", "abc")), "is a TRUSTED CERTIFICATE");
}

TEST(InspectChain, RefusesBytesBehindTheCertificate) {
    const std::string pem = root_ca().pem;
    PemReader reader(pem);
    const auto block = get(reader.next_pem());
    const std::string longer = to_pem("CERTIFICATE", std::string(block->der.reveal()) + "xy");
    EXPECT_MENTIONS(why_corrupt(longer), "2 stray bytes");
}

TEST(InspectChain, RefusesWhatOnlyBerAllows) {
    const std::string pem = root_ca().pem;
    PemReader reader(pem);
    std::string der(get(reader.next_pem())->der.reveal());
    ASSERT_EQ(der[1], '\x82');
    der.replace(1, 1, std::string("\x83\0", 2));  // the outer length with an octet too many
    EXPECT_MENTIONS(why_corrupt(to_pem("CERTIFICATE", der)), "is not DER");
}

TEST(InspectChain, BoundsWhatItReads) {
    EXPECT_MENTIONS(why_corrupt(std::string(330'001, '\n')), "at most 330000");
    const std::string small = get(sign_self(leaf_profile(), key_of(kEd25519)));
    std::string many;
    while (many.size() + small.size() <= 330'000) many += small;
    EXPECT_EQ(get(inspect_chain(many)).size(), many.size() / small.size());
}

TEST(InspectChain, RefusesEveryCutOffText) {
    const std::string pem = root_ca().pem;
    for (std::size_t size = 0; size + 1 < pem.size(); ++size)
        EXPECT_NE(why_corrupt(std::string_view(pem).substr(0, size)), "") << size;
    EXPECT_EQ(why_corrupt(std::string_view(pem).substr(0, pem.size() - 1)), "");
}

/// The same for the DER within: lengths that lie, and every prefix.
TEST(InspectChain, RefusesEveryCutOffCertificate) {
    const std::string pem = root_ca().pem;
    PemReader reader(pem);
    const auto block = get(reader.next_pem());
    for (std::size_t size = 1; size < block->der.size(); ++size)
        EXPECT_NE(why_corrupt(to_pem("CERTIFICATE", block->der.reveal().substr(0, size))), "");
}

/// Any answer is right but a crash; the sanitizers watch.
TEST(InspectPair, SurvivesFlippedOctets) {
    const Ca root = root_ca();
    PemReader reader(root.pem);
    const std::string der(get(reader.next_pem())->der.reveal());
    std::mt19937 random(20'260'101);
    int unreadable = 0;
    for (int round = 0; round < 600; ++round) {
        std::string bent = der;
        for (int flips = 0; flips <= round % 3; ++flips)
            bent[random() % bent.size()] = static_cast<char>(random());
        const std::string pem = to_pem("CERTIFICATE", bent);
        unreadable += inspect_pair(pem, "", pem).problem.empty() ? 0 : 1;
        static_cast<void>(lint(pem, nullptr));
        static_cast<void>(advise(pem, nullptr));
    }
    EXPECT_GT(unreadable, 50);
    EXPECT_LT(unreadable, 600);
}

TEST(InspectPair, SurvivesRandomBytes) {
    std::mt19937 random(20'260'102);
    for (int round = 0; round < 500; ++round) {
        std::string bytes(random() % 300, '\0');
        for (char& byte : bytes) byte = static_cast<char>(random());
        const auto pair = inspect_pair(to_pem("CERTIFICATE", bytes + "x"),
                                       to_pem("PRIVATE KEY", bytes + "x"), bytes + "x");
        EXPECT_NE(pair.problem, "");
        EXPECT_EQ(pair.key, KeyState::kUnreadable);
    }
}

/// A certificate with one raw extension, signed well: only its content is at fault.
std::string with_extension(int nid, std::string_view content) {
    const std::string pem = root_ca().pem;
    const BioHandle in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    const CertificateHandle certificate(PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr));
    while (X509_get_ext_count(certificate.get()) > 0)
        X509_EXTENSION_free(X509_delete_ext(certificate.get(), 0));
    const OctetsHandle value(ASN1_OCTET_STRING_new());
    ASN1_OCTET_STRING_set(value.get(), octets(content), static_cast<int>(content.size()));
    X509_EXTENSION* extension = X509_EXTENSION_create_by_NID(nullptr, nid, 0, value.get());
    X509_add_ext(certificate.get(), extension, -1);
    X509_EXTENSION_free(extension);
    const KeyHandle key(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
    X509_sign(certificate.get(), key.get(), nullptr);
    return to_pem("CERTIFICATE", der_of(certificate.get(), i2d_X509));
}

TEST(InspectChain, RefusesExtensionsThatLie) {
    using std::string_view_literals::operator""sv;
    const struct {
        int nid;
        std::string_view content;
        const char* reason;
    } cases[] = {
        {NID_subject_alt_name,
         "\x30\x05\x82\x03"
         "a\0b"sv,
         "DNS name with letters beyond"},
        {NID_subject_alt_name, "\x30\x04\x82\x02\xc3\xbc"sv, "DNS name with letters beyond"},
        {NID_subject_alt_name, "\x30\x02\x82\x00"sv, "DNS name with letters beyond"},
        {NID_subject_alt_name, "\x30\x04\x86\x02\x0d\x0a"sv, "URI with letters beyond"},
        {NID_subject_alt_name,
         "\x30\x05\x81\x03"
         "a b"sv,
         "mail address with letters beyond"},
        {NID_subject_alt_name,
         "\x30\x05\x87\x03"
         "abc"sv,
         "IP address of 3 octets"},
        {NID_subject_alt_name,
         "\x30\x0a\x87\x08"
         "abcdefgh"sv,
         "IP address of 8 octets"},
        {NID_subject_alt_name, "\x04\x01\x00"sv, "subjectAltName does not parse"},
        {NID_key_usage, "\x04\x01\x00"sv, "keyUsage does not parse"},
        {NID_ext_key_usage, "junk"sv, "extendedKeyUsage does not parse"},
        {NID_basic_constraints, ""sv, "basicConstraints does not parse"},
        {NID_basic_constraints, "\x30\x06\x01\x01\xff\x02\x01\xff"sv, "pathLenConstraint"},
        {NID_basic_constraints, "\x30\x09\x01\x01\xff\x02\x04\x7f\xff\xff\xff"sv,
         "pathLenConstraint"},
        {NID_subject_key_identifier, "\x30\x00"sv, "subjectKeyIdentifier does not parse"},
        {NID_authority_key_identifier, "\x04\x00"sv, "authorityKeyIdentifier does not parse"},
    };
    for (const auto& row : cases)
        EXPECT_MENTIONS(why_corrupt(with_extension(row.nid, row.content)), row.reason);
}

TEST(InspectChain, ShowsNoControlCharacters) {
    const auto facts = facts_in(foreign("",
                                        "/CN=a\tb\x7f"
                                        "c/O=x\x1b[31my"));
    EXPECT_EQ(facts.subject.common_name, "a?b?c");
    EXPECT_EQ(facts.subject.organizations, std::vector<std::string>{"x?[31my"});
}

TEST(InspectChain, ReadsAnchorsOfBothFormsOfTime) {
    core::Profile profile = ca_profile("Long");
    profile.not_after = at_time("2060-02-29T12:00:00Z");
    const auto facts = facts_in(get(sign_self(profile, key_of(kP256))));
    EXPECT_EQ(facts.not_before, profile.not_before);
    EXPECT_EQ(facts.not_after, profile.not_after);
}

// ---- pairs ------------------------------------------------------------------------------------

TEST(InspectPair, KnowsWhatIsWhole) {
    const Pair it;
    const auto pair = inspect_pair(it.leaf + it.root.pem, pem_of(it.key), it.root.pem);
    EXPECT_EQ(pair.problem, "");
    EXPECT_EQ(pair.chain.size(), 2U);
    EXPECT_EQ(pair.anchors.size(), 1U);
    EXPECT_EQ(pair.key, KeyState::kMatches);
    EXPECT_EQ(pair.key_spec, kP256);
    EXPECT_EQ(pair.encoding, KeyEncoding::kPkcs8);
}

TEST(InspectPair, KnowsEveryKindAndEncoding) {
    for (const core::KeySpec& spec : {kP256, kP384, kP521, kRsa, kEd25519})
        for (const auto encoding : {KeyEncoding::kPkcs1, KeyEncoding::kPkcs8}) {
            const auto key = key_of(spec);
            const std::string leaf = get(sign_self(leaf_profile(), key));
            const auto pair = inspect_pair(leaf, pem_of(key, encoding), "");
            EXPECT_EQ(pair.key, KeyState::kMatches);
            EXPECT_EQ(pair.key_spec, spec);
            EXPECT_EQ(pair.encoding, spec == kEd25519 ? KeyEncoding::kPkcs8 : encoding);
            EXPECT_EQ(inspect_trusted_pair(leaf, pem_of(key, encoding), ""), pair);
        }
}

TEST(InspectPair, TellsTheStatesOfAKeyApart) {
    const Pair it;
    const std::string other = pem_of(key_of(kP256));
    EXPECT_EQ(inspect_pair(it.leaf, "", "").key, KeyState::kMissing);
    EXPECT_EQ(inspect_pair(it.leaf, "junk", "").key, KeyState::kUnreadable);
    EXPECT_EQ(inspect_pair(it.leaf, other, "").key, KeyState::kMismatched);
    EXPECT_EQ(inspect_pair("", other, "").key, KeyState::kMismatched);
    EXPECT_EQ(inspect_pair(it.root.pem + it.leaf, pem_of(it.key), "").key, KeyState::kMismatched);
    EXPECT_EQ(inspect_pair(it.leaf, other, "").problem, "");
}

TEST(InspectPair, SaysWhichValueDoesNotParse) {
    const Pair it;
    const std::string key = pem_of(it.key);
    EXPECT_EQ(inspect_pair("", "", "").problem, "");
    EXPECT_EQ(inspect_pair("", "", ""), core::PairFacts{});
    EXPECT_TRUE(inspect_pair("x", key, "x").problem.starts_with("tls.crt: no certificate"));
    EXPECT_TRUE(inspect_pair(it.leaf, "x", "").problem.starts_with("tls.key: no private key"));
    EXPECT_TRUE(inspect_pair(it.leaf, key, "x").problem.starts_with("ca.crt: no certificate"));
    EXPECT_EQ(inspect_pair(it.leaf, key, "x").key, KeyState::kMatches);
}

TEST(InspectTrustedPair, ParsesTheKeyWhenTheCertificateDoesNotHelp) {
    const Pair it;
    const auto pair = inspect_trusted_pair("damaged", pem_of(it.key), "");
    EXPECT_EQ(pair.key, KeyState::kMismatched);
    EXPECT_EQ(pair.key_spec, kP256);
    EXPECT_EQ(inspect_trusted_pair(it.leaf, "", "").key, KeyState::kMissing);
    EXPECT_EQ(inspect_trusted_pair(it.leaf, "junk", "").key, KeyState::kUnreadable);
}

TEST(InspectTrustedPair, BelievesItsCaller) {
    const Pair it;
    const auto pair = inspect_trusted_pair(it.leaf, pem_of(key_of(kRsa)), "");
    EXPECT_EQ(pair.key, KeyState::kMatches);  // the caller knows the digest of both
    EXPECT_EQ(pair.key_spec, kP256);
}

TEST(PairDigest, IsOverChainZeroAndKey) {
    const Workshop shop;
    EXPECT_EQ(pair_digest("", ""), "");
    EXPECT_EQ(pair_digest("chain", "key"),
              shop.run("printf 'chain\\0key' | sha256sum").substr(0, 64));
    EXPECT_NE(pair_digest("a", "bc"), pair_digest("ab", "c"));
    EXPECT_EQ(pair_digest("", "a").size(), 64U);
}

TEST(Fingerprint, IsOfTheFirstBlock) {
    const Ca root = root_ca();
    const Ca child = child_ca(root, ca_profile("Child"));
    EXPECT_EQ(get(fingerprint(child.chain)), facts_in(child.pem).fingerprint);
    for (const std::string& text : {std::string(), pem_of(root.key), root.pem.substr(0, 100)}) {
        const auto none = fingerprint(text);
        ASSERT_FALSE(none);
        EXPECT_EQ(none.error().code, Code::kCorrupt);
    }
}

}  // namespace
}  // namespace stackseal::pki::test
