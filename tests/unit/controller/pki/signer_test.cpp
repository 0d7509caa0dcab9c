// SPDX-License-Identifier: Apache-2.0
// Which CA Secrets become signers, which do not and why, and what signers put beside a leaf.
#include "tests/unit/controller/pki/support.hpp"

namespace stackseal::pki::test {
namespace {

using core::Code;

/// root ← middle ← lower.
struct Hierarchy {
    Ca root = root_ca();
    Ca middle = child_ca(root, ca_profile("Middle G1"));
    Ca lower = child_ca(middle, ca_profile("Lower G1"));
};

/// The reason of a refusal; "" if the signer loads.
std::string why_refused(std::string_view chain, std::string_view key,
                        std::string_view anchors = {}) {
    const auto signer = Signer::load(chain, key, anchors);
    if (signer) return {};
    EXPECT_EQ(signer.error().code, Code::kCorrupt);
    return signer.error().message;
}

#define EXPECT_SAYS(text, part) EXPECT_NE((text).find(part), std::string::npos) << (text)

// ---- what follows a leaf, and what is trusted ---------------------------------------------------

TEST(Signer, OfARootHasNoIntermediates) {
    const Hierarchy all;
    const auto signer = all.root.signer();
    EXPECT_EQ(signer->intermediates_pem(), "");
    EXPECT_EQ(signer->anchors_pem(), all.root.pem);
    EXPECT_EQ(signer->facts(), facts_in(all.root.pem));
}

TEST(Signer, LeavesTheRootOutOfTheIntermediates) {
    const Hierarchy all;
    const auto signer = all.lower.signer();
    EXPECT_EQ(signer->intermediates_pem(), all.lower.pem + all.middle.pem);
    EXPECT_EQ(signer->anchors_pem(), all.root.pem);
    EXPECT_EQ(signer->facts().subject.common_name, "Lower G1");
}

TEST(Signer, SortsWhatStandsAboveIt) {
    const Hierarchy all;
    const std::string key = pem_of(all.lower.key);
    const auto signer = get(Signer::load(all.lower.pem + all.root.pem + all.middle.pem, key, ""));
    EXPECT_EQ(signer->intermediates_pem(), all.lower.pem + all.middle.pem);
    EXPECT_EQ(signer->anchors_pem(), all.root.pem);
}

TEST(Signer, TakesTheAnchorsThatAreGivenIfTheChainHasNoRoot) {
    const Hierarchy all;
    const std::string other = root_ca(kP256, "Root G2").pem;
    const std::string key = pem_of(all.lower.key);
    const std::string chain = all.lower.pem + all.middle.pem;
    const auto signer = get(Signer::load(chain, key, other + "a remark\n" + all.root.pem));
    EXPECT_EQ(signer->intermediates_pem(), chain);
    EXPECT_EQ(signer->anchors_pem(), other + all.root.pem);
}

TEST(Signer, PrefersTheRootOfItsChainToAnchors) {
    const Hierarchy all;
    const std::string other = root_ca(kP256, "Root G2").pem;
    EXPECT_EQ(all.middle.signer(other)->anchors_pem(), all.root.pem);
}

TEST(Signer, TrustsTheTopmostForWantOfAnythingElse) {
    const Hierarchy all;
    const auto signer =
        get(Signer::load(all.lower.pem + all.middle.pem, pem_of(all.lower.key), ""));
    EXPECT_EQ(signer->anchors_pem(), all.middle.pem);
}

TEST(Signer, TakesAnAnchorThatIsPartOfTheChain) {
    const Hierarchy all;
    const auto signer = get(Signer::load(all.middle.pem, pem_of(all.middle.key), all.middle.pem));
    EXPECT_EQ(signer->anchors_pem(), all.middle.pem);
}

TEST(Signer, TakesACrossCertificateAsItsTop) {
    const Ca old_root = root_ca(kP256, "Root G1");
    const Ca new_root = root_ca(kP256, "Root G2");
    const std::string cross =
        get(sign(ca_profile("Root G2"), new_root.key.public_half, *old_root.signer()));
    const Ca between = child_ca(new_root, ca_profile("Middle G2"));
    const auto signer =
        get(Signer::load(between.pem + cross, pem_of(between.key), old_root.pem + new_root.pem));
    EXPECT_EQ(signer->intermediates_pem(), between.pem + cross);
    EXPECT_EQ(signer->anchors_pem(), old_root.pem + new_root.pem);
}

TEST(Signer, ReadsKeysInEveryForm) {
    for (const core::KeySpec& spec : {kP256, kP384, kP521, kRsa, kEd25519}) {
        const Ca root = root_ca(spec);
        for (const auto encoding : {core::KeyEncoding::kPkcs1, core::KeyEncoding::kPkcs8})
            EXPECT_EQ(why_refused(root.pem, pem_of(root.key, encoding)), "")
                << core::to_string(spec);
    }
}

// ---- refusals -----------------------------------------------------------------------------------

TEST(SignerRefuses, AForeignKey) {
    const Hierarchy all;
    EXPECT_SAYS(why_refused(all.root.pem, pem_of(all.lower.key)), "does not belong");
    EXPECT_SAYS(why_refused(all.root.pem, pem_of(key_of(kEd25519))), "does not belong");
}

TEST(SignerRefuses, WhatDoesNotParse) {
    const Hierarchy all;
    const std::string key = pem_of(all.root.key);
    EXPECT_SAYS(why_refused("", key), "the CA's chain: no certificate");
    EXPECT_SAYS(why_refused(all.root.pem, ""), "the CA's key: no private key");
    EXPECT_SAYS(why_refused(all.root.pem, key, "words"), "the CA's anchors: no certificate");
    EXPECT_SAYS(why_refused(all.root.pem + key, key), "certificate 2 (line");
}

TEST(SignerRefuses, ALeaf) {
    const Ca root = root_ca();
    const auto key = key_of(kP256);
    const std::string leaf = get(sign(leaf_profile(), key.public_half, *root.signer()));
    EXPECT_SAYS(why_refused(leaf + root.pem, pem_of(key)), "is no CA: basicConstraints");
}

/// A chain in which the first certificate is issued by a leaf: names and signatures fit.
TEST(SignerRefuses, ALeafWithinTheChain) {
    const Workshop shop;
    shop.run(
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=L "
        "-addext basicConstraints=critical,CA:FALSE -keyout l.key -out l.pem");
    shop.write("ca.ext", "basicConstraints=critical,CA:TRUE\n");
    shop.run(
        "openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=C "
        "-keyout c.key -out c.csr && openssl x509 -req -in c.csr -CA l.pem -CAkey l.key "
        "-CAcreateserial -extfile ca.ext -out c.pem");
    EXPECT_EQ(why_refused(shop.read("c.pem"), shop.read("c.key")), "");
    EXPECT_SAYS(why_refused(shop.read("c.pem") + shop.read("l.pem"), shop.read("c.key")),
                "('L') is no CA");
}

/// Made by the oracle, since sign() refuses to make it.
std::string why_refused_with(std::string_view key_usage) {
    const Workshop shop;
    shop.run(
        core::concat("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes "
                     "-subj /CN=C ",
                     key_usage, " -keyout c.key -out c.pem"));
    return why_refused(shop.read("c.pem"), shop.read("c.key"));
}

TEST(SignerRefuses, ACaThatMayNotSign) {
    EXPECT_SAYS(why_refused_with("-addext keyUsage=digitalSignature"), "lacks keyCertSign");
    EXPECT_EQ(why_refused_with("-addext keyUsage=keyCertSign"), "");
    EXPECT_EQ(why_refused_with(""), "");  // without the extension there is no restriction
}

TEST(SignerRefuses, ACurveThatIsNotSignedWith) {
    const Workshop shop;
    shop.run(
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:secp256k1 -nodes -subj /CN=C "
        "-keyout c.key -out c.pem");
    EXPECT_SAYS(why_refused(shop.read("c.pem"), shop.read("c.key")), "not signed with");
}

TEST(SignerRefuses, ALinkWhoseSignatureDoesNotFit) {
    const Hierarchy all;
    const Ca impostor = root_ca(kP256, "Root G1");  // the same name, another key
    EXPECT_SAYS(why_refused(all.middle.pem + impostor.pem, pem_of(all.middle.key)),
                "the signature of certificate");
    EXPECT_SAYS(why_refused(all.middle.pem + impostor.pem + all.root.pem, pem_of(all.middle.key)),
                "is no part of the chain");
}

TEST(SignerRefuses, CertificatesThatAreLeftOver) {
    const Hierarchy all;
    const std::string key = pem_of(all.lower.key);
    EXPECT_SAYS(why_refused(all.lower.pem + all.root.pem, key), "('Root G1') is no part of");
    EXPECT_SAYS(why_refused(all.lower.chain + all.root.pem, key), "('Root G1') is no part of");
    EXPECT_SAYS(why_refused(all.root.pem + all.middle.pem, pem_of(all.root.key)),
                "('Middle G1') is no part of");
}

TEST(SignerRefuses, AChainThatBreaksAPathLength) {
    core::Profile tight = ca_profile("Root G1");
    tight.max_path_len = 1;
    auto key = key_of(kP256);
    const std::string pem = get(sign_self(tight, key));
    const Ca root{std::move(key), pem, pem};
    const Ca middle = child_ca(root, ca_profile("Middle G1"));
    // What `sign` refuses the oracle makes: a CA below a CA that has no room left.
    const Workshop shop;
    shop.write("m.pem", middle.pem);
    shop.write("m.key", pem_of(middle.key));
    shop.write("ca.ext", "basicConstraints=critical,CA:TRUE\n");
    shop.run(
        "openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=C "
        "-keyout c.key -out c.csr && openssl x509 -req -in c.csr -CA m.pem -CAkey m.key "
        "-CAcreateserial -extfile ca.ext -out c.pem");
    EXPECT_SAYS(why_refused(shop.read("c.pem") + middle.chain, shop.read("c.key")),
                "('Root G1') allows 1 CAs below it, the chain has 2");
    EXPECT_EQ(why_refused(middle.chain, pem_of(middle.key)), "");
}

TEST(SignerRefuses, AnchorsThatDidNotIssueTheTop) {
    const Hierarchy all;
    const std::string key = pem_of(all.middle.key);
    const std::string other = root_ca(kP256, "Root G2").pem;
    const std::string impostor = root_ca(kP256, "Root G1").pem;
    EXPECT_SAYS(why_refused(all.middle.pem, key, other), "no certificate of ca.crt issued");
    EXPECT_SAYS(why_refused(all.middle.pem, key, impostor), "no certificate of ca.crt issued");
    EXPECT_EQ(why_refused(all.middle.pem, key, impostor + all.root.pem), "");
}

}  // namespace
}  // namespace stackseal::pki::test
