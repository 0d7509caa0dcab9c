// SPDX-License-Identifier: Apache-2.0
// Private keys of every kind and form, with the openssl program as the oracle.
#include "controller/pki/key.hpp"

#include "controller/pki/pem.hpp"
#include "tests/unit/controller/pki/support.hpp"

namespace stackseal::pki::test {
namespace {

using core::Code;
using core::KeyAlgorithm;
using core::KeyEncoding;
using core::KeySpec;

const Ca& root() {
    static const Ca made = root_ca();
    return made;
}

void expect_same(const core::PrivateKey& one, const core::PrivateKey& other) {
    EXPECT_TRUE(one.pkcs8.same(other.pkcs8));
    EXPECT_EQ(one.public_half, other.public_half);
}

struct KindCase {
    const char* name;
    KeySpec spec;
    const char* pkcs1_label;
};

class EveryKind : public testing::TestWithParam<KindCase> {};

/// What a certificate for a key says of it.
core::CertificateFacts certified(const core::PrivateKey& key) {
    return facts_in(get(sign(leaf_profile(), key.public_half, *root().signer())));
}

TEST_P(EveryKind, HasTheSpecItWasAskedFor) {
    EXPECT_EQ(certified(key_of(GetParam().spec)).key, GetParam().spec);
}

TEST_P(EveryKind, IsWrittenAsTheOracleWritesIt) {
    const auto key = key_of(GetParam().spec);
    const Workshop shop;
    shop.write("key.pem", pem_of(key));
    EXPECT_EQ(shop.run("openssl pkey -in key.pem"), pem_of(key));
    const char* const traditional = GetParam().spec == kEd25519
                                        ? "openssl pkey -in key.pem"  // it has no other form
                                        : "openssl pkey -in key.pem -traditional";
    EXPECT_EQ(shop.run(traditional), pem_of(key, KeyEncoding::kPkcs1));
    EXPECT_TRUE(shop.run("openssl pkey -in key.pem -noout -check").starts_with("Key is valid"));
}

TEST_P(EveryKind, SurvivesBothEncodings) {
    const auto key = key_of(GetParam().spec);
    for (const auto encoding : {KeyEncoding::kPkcs1, KeyEncoding::kPkcs8})
        expect_same(get(key_from_pem(pem_of(key, encoding))), key);
}

TEST_P(EveryKind, HasTheLabelOfItsEncoding) {
    const auto key = key_of(GetParam().spec);
    const auto begin = [](std::string_view label) {
        return core::concat("-----BEGIN ", label, "-----\n");
    };
    EXPECT_TRUE(pem_of(key).starts_with(begin("PRIVATE KEY")));
    EXPECT_TRUE(pem_of(key, KeyEncoding::kPkcs1).starts_with(begin(GetParam().pkcs1_label)));
}

TEST_P(EveryKind, DigestsItsPublicHalfAsTheOracleDoes) {
    const auto key = key_of(GetParam().spec);
    const Workshop shop;
    shop.write("key.pem", pem_of(key));
    const auto line = shop.run("openssl pkey -in key.pem -pubout -outform DER | sha256sum");
    EXPECT_EQ(certified(key).public_key, line.substr(0, 64));
}

INSTANTIATE_TEST_SUITE_P(Keys, EveryKind,
                         testing::Values(KindCase{"P256", kP256, "EC PRIVATE KEY"},
                                         KindCase{"P384", kP384, "EC PRIVATE KEY"},
                                         KindCase{"P521", kP521, "EC PRIVATE KEY"},
                                         KindCase{"Rsa", kRsa, "RSA PRIVATE KEY"},
                                         KindCase{"Ed25519", kEd25519, "PRIVATE KEY"}),
                         [](const auto& it) { return it.param.name; });

TEST(GenerateKey, NeverMakesTheSameTwice) {
    EXPECT_FALSE(get(generate_key(kP256)).pkcs8.same(get(generate_key(kP256)).pkcs8));
}

TEST(GenerateKey, RefusesSizesThatTheAlgorithmDoesNotHave) {
    const KeySpec refused[] = {{KeyAlgorithm::kRsa, 0},     {KeyAlgorithm::kRsa, 1024},
                               {KeyAlgorithm::kRsa, 2047},  {KeyAlgorithm::kRsa, 2049},
                               {KeyAlgorithm::kRsa, 8200},  {KeyAlgorithm::kRsa, -2048},
                               {KeyAlgorithm::kEcdsa, 0},   {KeyAlgorithm::kEcdsa, 224},
                               {KeyAlgorithm::kEcdsa, 512}, {KeyAlgorithm::kEcdsa, 2048}};
    for (const KeySpec& spec : refused) {
        const auto made = generate_key(spec);
        ASSERT_FALSE(made) << core::to_string(spec);
        EXPECT_EQ(made.error().code, Code::kInvalid);
        EXPECT_NE(made.error().message.find(std::to_string(spec.size)), std::string::npos);
    }
}

/// Reads a key that a command made; the file is key.pem.
core::Result<core::PrivateKey> read_made(std::string_view command) {
    const Workshop shop;
    return key_from_pem(shop.make("key.pem", command));
}

TEST(KeyFromPem, ReadsWhatOtherProgramsWrite) {
    const struct {
        const char* command;
        KeySpec spec;
    } cases[] = {
        {"openssl ecparam -name prime256v1 -genkey -out key.pem", kP256},  // EC PARAMETERS first
        {"openssl genpkey -algorithm ed25519 -out key.pem", kEd25519},
        {"openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384 -text -out key.pem",
         kP384},
        {"openssl ecparam -name secp521r1 -genkey -noout | openssl ec -no_public -out key.pem",
         kP521},
        {"openssl ecparam -name prime256v1 -genkey -noout | openssl ec -conv_form compressed "
         "-out key.pem",
         kP256},
        {"openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=a "
         "-keyout k -out c && cat c k > key.pem",
         kP256},
        {"openssl genpkey -algorithm ed25519 | sed 's/$/\\r/' > key.pem", kEd25519},
    };
    for (const auto& row : cases)
        EXPECT_EQ(certified(get(read_made(row.command))).key, row.spec) << row.command;
}

TEST(KeyFromPem, WritesPointsUncompressed) {
    const auto key =
        get(read_made("openssl ecparam -name prime256v1 -genkey -noout | "
                      "openssl ec -conv_form compressed -out key.pem"));
    const Workshop shop;
    shop.write("key.pem", pem_of(key));
    EXPECT_NE(shop.run("openssl pkey -in key.pem -noout -text").find("pub:\n    04:"),
              std::string::npos);
    expect_same(get(key_from_pem(pem_of(key))), key);
}

TEST(KeyFromPem, TakesTheFirstOfSeveral) {
    const auto first = get(generate_key(kP256));
    const auto second = get(generate_key(kEd25519));
    expect_same(get(key_from_pem(pem_of(first) + pem_of(second))), first);
}

TEST(KeyFromPem, RefusesWhatItMustNotRead) {
    const struct {
        const char* command;
        const char* reason;
    } cases[] = {
        {"openssl genpkey -algorithm ed25519 -aes128 -pass pass:abcd -out key.pem", "encrypted"},
        {"openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 | "
         "openssl pkey -traditional -aes128 -passout pass:abcd -out key.pem",
         "encrypted"},
        {"openssl genpkey -algorithm ed25519 -aes128 -pass pass:abcd | "
         "sed s/ENCRYPTED.// > key.pem",
         "no PKCS#8"},
        {"openssl ecparam -name prime256v1 -genkey -noout -param_enc explicit -out key.pem",
         "named"},
        {"openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 "
         "-pkeyopt ec_param_enc:explicit -out key.pem",
         "named"},
        {"openssl genpkey -algorithm x25519 -out key.pem", "none of RSA"},
        {"openssl genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:1024 -out key.pem",
         "none of RSA"},
        {"openssl dsaparam -genkey -noout 1024 | openssl pkcs8 -topk8 -nocrypt -out key.pem",
         "none of RSA"},
        {"openssl dsaparam -genkey -noout 1024 | openssl pkey -traditional -out key.pem",
         "DSA PRIVATE KEY"},
        {"openssl genpkey -algorithm ed25519 | openssl pkey -pubout -out key.pem",
         "no private key"},
        {"printf -- '-----BEGIN OPENSSH PRIVATE KEY-----\\nAAAA\\n"
         "-----END OPENSSH PRIVATE KEY-----\\n' > key.pem",
         "OPENSSH PRIVATE KEY"},
    };
    for (const auto& row : cases) {
        const auto read = read_made(row.command);
        ASSERT_FALSE(read) << row.command;
        EXPECT_EQ(read.error().code, Code::kCorrupt);
        EXPECT_NE(read.error().message.find(row.reason), std::string::npos)
            << row.command << " → " << read.error().message;
    }
}

/// The second key's public point behind the first key's private number: PKCS#8 of P-256 ends in it.
TEST(KeyFromPem, RefusesHalvesThatDoNotBelongTogether) {
    constexpr std::size_t kPoint = 65;
    const auto one = get(generate_key(kP256)).pkcs8;
    const auto other = get(generate_key(kP256)).pkcs8;
    std::string spliced(one.reveal());
    spliced.replace(spliced.size() - kPoint, kPoint, other.reveal().substr(other.size() - kPoint));
    const auto read =
        key_from_pem(to_secret_pem("PRIVATE KEY", core::SecretBytes(spliced)).reveal());
    ASSERT_FALSE(read);
    EXPECT_NE(read.error().message.find("do not belong together"), std::string::npos)
        << read.error().message;
}

TEST(KeyFromPem, ReadsACurveThatIsNotIssued) {
    const auto key = get(read_made("openssl ecparam -name secp256k1 -genkey -noout -out key.pem"));
    EXPECT_EQ(key.public_half.curve, "secp256k1");
    EXPECT_FALSE(certified(key).key);
}

TEST(KeyFromPem, NeverReadsMoreThan64KiB) {
    const std::string text = std::string(65'537, '\n') + pem_of(get(generate_key(kP256)));
    const auto read = key_from_pem(text);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, Code::kCorrupt);
}

TEST(KeyFromPem, SaysNothingOfTheKeyInItsErrors) {
    const std::string pem = pem_of(get(generate_key(kP256)));
    const std::string secret = pem.substr(pem.find('\n') + 1, 16);
    for (std::size_t size = 0; size < pem.size() - 1; ++size) {
        const auto read = key_from_pem(std::string_view(pem).substr(0, size));
        ASSERT_FALSE(read) << size;
        EXPECT_EQ(read.error().code, Code::kCorrupt) << size;
        EXPECT_EQ(read.error().message.find(secret), std::string::npos);
    }
}

TEST(KeyFromPem, NeedsNoLineBreakAtTheEnd) {
    std::string pem = pem_of(get(generate_key(kP256)));
    pem.pop_back();
    EXPECT_TRUE(key_from_pem(pem));
}

TEST(Keys, RefuseDamagedDer) {
    const auto key = get(generate_key(kP256));
    const auto refuse = [&](std::string_view der) {
        const core::PrivateKey damaged{core::SecretBytes(der), key.public_half};
        for (const auto encoding : {KeyEncoding::kPkcs1, KeyEncoding::kPkcs8})
            EXPECT_FALSE(key_to_pem(damaged, encoding)) << der.size();
        EXPECT_FALSE(sign_self(leaf_profile(), damaged)) << der.size();
    };
    for (std::size_t size = 0; size < key.pkcs8.size(); ++size)
        refuse(key.pkcs8.reveal().substr(0, size));
    refuse(std::string(key.pkcs8.reveal()) + '\0');
}

}  // namespace
}  // namespace stackseal::pki::test
