// SPDX-License-Identifier: Apache-2.0
// Files, folders and Secrets, sorted into chain, key and anchors.
#include "app/inspect_source.hpp"

#include <gmock/gmock.h>

#include <filesystem>

#include "controller/core/concat.hpp"
#include "controller/pki/pem.hpp"
#include "tests/unit/controller/pki/support.hpp"

namespace stackseal::app {

namespace {

using core::Code;
using core::concat;
using pki::test::Workshop;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

/// A leaf with its key, below a root.
struct Pair {
    pki::test::Ca root = pki::test::root_ca();
    core::PrivateKey key = pki::test::key_of(pki::test::kP256);
    std::string leaf =
        pki::test::get(pki::sign(pki::test::leaf_profile(), key.public_half, *root.signer()));
    std::string key_pem = pki::test::pem_of(key);
};

std::string path_in(const Workshop& shop, std::string_view name = "") {
    return concat(shop.run("printf %s \"$PWD\""), name.empty() ? "" : "/", name);
}

TEST(MaterialOfText, SortsCertificatesAndKeyInAnyOrder) {
    const Pair pair;
    const auto material = material_of_text(
        concat("subject=x\n", pair.key_pem, "between\n", pair.leaf, pair.root.pem));
    ASSERT_TRUE(material) << material.error().message;
    EXPECT_EQ(material->chain_pem, pair.leaf + pair.root.pem);
    EXPECT_EQ(material->key_pem.reveal(), pair.key_pem);
    EXPECT_EQ(material->anchors_pem, "");
    EXPECT_THAT(material->notes, ElementsAre());
}

TEST(MaterialOfText, CasThatBeginWithARootAreABundle) {
    const Pair pair;
    const pki::test::Ca other = pki::test::root_ca(pki::test::kP256, "Other");
    const auto bundle = material_of_text(pair.root.pem + other.pem);
    ASSERT_TRUE(bundle) << bundle.error().message;
    EXPECT_EQ(bundle->chain_pem, "");
    EXPECT_EQ(bundle->anchors_pem, pair.root.pem + other.pem);
}

TEST(MaterialOfText, ARootAloneAndAChainInTheWrongOrderAreNoBundle) {
    const Pair pair;
    EXPECT_EQ(material_of_text(pair.root.pem)->chain_pem, pair.root.pem);
    EXPECT_EQ(material_of_text(pair.root.pem + pair.leaf)->chain_pem, pair.root.pem + pair.leaf);
}

TEST(MaterialOfText, NotesWhatItLeavesOut) {
    const Pair pair;
    const auto material =
        material_of_text(concat(pki::to_pem("EC PARAMETERS", "x"), pair.key_pem, pair.key_pem,
                                pki::to_pem("CERTIFICATE REQUEST", "x")));
    ASSERT_TRUE(material) << material.error().message;
    EXPECT_THAT(material->notes,
                ElementsAre("line 9: the \"PRIVATE KEY\" is not looked at",
                            "line 14: the \"CERTIFICATE REQUEST\" is not looked at"));
}

TEST(MaterialOfText, RefusesWhatIsNoPem) {
    for (const char* text : {"", "hello", "\x30\x82\x01"}) {
        const auto material = material_of_text(text);
        ASSERT_FALSE(material) << text;
        EXPECT_EQ(material.error().code, Code::kCorrupt);
    }
    EXPECT_THAT(material_of_text("\x30\x82").error().message, HasSubstr("DER"));
}

TEST(MaterialOfText, NamesTheLineOfDamageButNoByteOfIt) {
    const Pair pair;
    const std::string cut = pair.key_pem.substr(0, pair.key_pem.size() - 30);
    const auto material = material_of_text(pair.leaf + cut);
    ASSERT_FALSE(material);
    EXPECT_EQ(material.error().code, Code::kCorrupt);
    EXPECT_THAT(material.error().message, HasSubstr("line "));
    EXPECT_THAT(material.error().message, Not(HasSubstr(pair.key_pem.substr(40, 16))));
}

TEST(MaterialOfSecret, TakesItsThreeKeys) {
    api::Secret secret;
    secret.meta.space = "openstack";
    secret.meta.name = "keystone";
    secret.data.emplace("tls.crt", core::SecretBytes("chain"));
    secret.data.emplace("tls.key", core::SecretBytes("key"));
    secret.data.emplace("ca.crt", core::SecretBytes("anchors"));
    const auto material = material_of_secret(secret);
    ASSERT_TRUE(material) << material.error().message;
    EXPECT_EQ(material->source, Source::kSecret);
    EXPECT_EQ(material->name, "openstack/keystone");
    EXPECT_EQ(material->chain_pem, "chain");
    EXPECT_EQ(material->key_pem.reveal(), "key");
    EXPECT_EQ(material->anchors_pem, "anchors");
}

TEST(MaterialOfSecret, RefusesASecretOfAnotherKind) {
    api::Secret secret;
    secret.meta.space = "openstack";
    secret.meta.name = "password";
    secret.data.emplace("password", core::SecretBytes("hunter2"));
    const auto material = material_of_secret(secret);
    ASSERT_FALSE(material);
    EXPECT_EQ(material.error().message,
              "Secret openstack/password holds none of tls.crt, tls.key and ca.crt");
}

TEST(ReadPath, ReadsAFile) {
    const Workshop shop;
    const Pair pair;
    shop.write("all.pem", pair.leaf + pair.key_pem);
    const std::string path = path_in(shop, "all.pem");
    const auto material = read_path(path);
    ASSERT_TRUE(material) << material.error().message;
    EXPECT_EQ(material->source, Source::kFile);
    EXPECT_EQ(material->name, path);
    EXPECT_EQ(material->chain_pem, pair.leaf);
    EXPECT_EQ(material->key_pem.reveal(), pair.key_pem);
}

TEST(ReadPath, ReadsAFolder) {
    const Workshop shop;
    shop.write("tls.crt", "chain");
    shop.write("tls.key", "key");
    const auto material = read_path(path_in(shop));
    ASSERT_TRUE(material) << material.error().message;
    EXPECT_EQ(material->source, Source::kFolder);
    EXPECT_EQ(material->chain_pem, "chain");
    EXPECT_EQ(material->key_pem.reveal(), "key");
    EXPECT_EQ(material->anchors_pem, "");
}

TEST(ReadPath, ReadsAFolderAsKubeletMountsIt) {
    const Workshop shop;
    shop.run(
        "mkdir ..1 && echo old > ..1/tls.crt && mkdir ..2 && printf new > ..2/tls.crt && "
        "ln -s ..2 ..data && ln -s ..data/tls.crt tls.crt");
    const auto material = read_path(path_in(shop));
    ASSERT_TRUE(material) << material.error().message;
    EXPECT_EQ(material->chain_pem, "new");
}

TEST(ReadPath, SaysWhatIsMissing) {
    const Workshop shop;
    const auto nothing = read_path(path_in(shop, "nothing"));
    ASSERT_FALSE(nothing);
    EXPECT_EQ(nothing.error().code, Code::kNotFound);
    EXPECT_THAT(nothing.error().message, HasSubstr("/nothing: "));
    const auto empty = read_path(path_in(shop));
    ASSERT_FALSE(empty);
    EXPECT_EQ(empty.error().code, Code::kInvalid);
    EXPECT_THAT(empty.error().message, HasSubstr(": holds none of tls.crt, tls.key and ca.crt"));
}

TEST(ReadPath, NamesTheFileThatIsNoPem) {
    const Workshop shop;
    shop.write("x.pem", "hello");
    const auto material = read_path(path_in(shop, "x.pem"));
    ASSERT_FALSE(material);
    EXPECT_EQ(material.error().code, Code::kCorrupt);
    EXPECT_THAT(material.error().message, HasSubstr("/x.pem: no PEM block"));
}

TEST(ReadPath, RefusesAFileOverAMebibyte) {
    const Workshop shop;
    shop.write("big.pem", std::string((1U << 20U) + 1, 'x'));
    const auto material = read_path(path_in(shop, "big.pem"));
    ASSERT_FALSE(material);
    EXPECT_EQ(material.error().code, Code::kInvalid);
}

}  // namespace

}  // namespace stackseal::app
