// SPDX-License-Identifier: Apache-2.0
// Usages, kinds of keys and template marks: what stands in the next certificate and Secret.
#include "reconcilers/issuance/profile.hpp"

#include <gtest/gtest.h>

#include "reconcilers/issuance/template_keys.hpp"
#include "tests/support/issuance_builders.hpp"

namespace stackseal::issuance {
namespace {

using core::KeyAlgorithm;
using core::KeySpec;
using core::Usage;
using enum core::Usage;
using tests::kNow;
using Usages = std::vector<Usage>;

struct Row {
    const char* what;
    Usages asked;
    bool is_ca;
    KeyAlgorithm algorithm;
    Usages expected;
};

TEST(Usages, FollowTheKeyAndTheDemand) {
    const std::vector<Row> rows = {
        {"a server", {}, false, KeyAlgorithm::kEcdsa, {kDigitalSignature, kServerAuth}},
        {"Ed25519", {}, false, KeyAlgorithm::kEd25519, {kDigitalSignature, kServerAuth}},
        {"RSA enciphers keys, too",
         {},
         false,
         KeyAlgorithm::kRsa,
         {kDigitalSignature, kKeyEncipherment, kServerAuth}},
        {"a client", {kClientAuth}, false, KeyAlgorithm::kEcdsa, {kDigitalSignature, kClientAuth}},
        {"both, twice and in any order",
         {kClientAuth, kServerAuth, kClientAuth},
         false,
         KeyAlgorithm::kEcdsa,
         {kDigitalSignature, kServerAuth, kClientAuth}},
        {"a key usage that is named stands alone",
         {kKeyAgreement, kServerAuth},
         false,
         KeyAlgorithm::kRsa,
         {kKeyAgreement, kServerAuth}},
        {"a CA", {}, true, KeyAlgorithm::kEcdsa, {kCertSign, kCrlSign}},
        {"a CA of servers",
         {kServerAuth},
         true,
         KeyAlgorithm::kRsa,
         {kCertSign, kCrlSign, kServerAuth}},
        {"a CA that signs data",
         {kDigitalSignature},
         true,
         KeyAlgorithm::kEcdsa,
         {kDigitalSignature, kCertSign, kCrlSign}}};
    for (const Row& row : rows) {
        Demand demand = tests::leaf_demand();
        demand.usages = row.asked;
        demand.is_ca = row.is_ca;
        EXPECT_EQ(effective_usages(demand, row.algorithm), row.expected) << row.what;
    }
}

TEST(Keys, AreMadeAsUsualWhereNothingIsAsked) {
    using A = KeyAlgorithm;
    EXPECT_EQ(new_key_spec({}), (KeySpec{A::kEcdsa, 256}));
    EXPECT_EQ(new_key_spec({.size = 384}), (KeySpec{A::kEcdsa, 384}));
    EXPECT_EQ(new_key_spec({.algorithm = A::kRsa}), (KeySpec{A::kRsa, 2048}));
    EXPECT_EQ(new_key_spec({.algorithm = A::kRsa, .size = 4096}), (KeySpec{A::kRsa, 4096}));
    EXPECT_EQ(new_key_spec({.algorithm = A::kEd25519, .size = 256}), (KeySpec{A::kEd25519, 0}));
    EXPECT_EQ(new_key_spec({.usual = {A::kRsa, 3072}}), (KeySpec{A::kRsa, 3072}));
    EXPECT_EQ(new_key_spec({.algorithm = A::kEcdsa, .usual = {A::kRsa, 3072}}),
              (KeySpec{A::kEcdsa, 256}));
}

TEST(Keys, FitWhatIsConstrainedAndNoMore) {
    using A = KeyAlgorithm;
    const KeySpec rsa{A::kRsa, 4096};
    EXPECT_TRUE(key_fits({}, rsa)) << "a default is no constraint";
    EXPECT_TRUE(key_fits({.algorithm = A::kRsa}, rsa));
    EXPECT_FALSE(key_fits({.algorithm = A::kEcdsa}, rsa));
    EXPECT_FALSE(key_fits({.size = 2048}, rsa));
    EXPECT_TRUE(key_fits({.algorithm = A::kEd25519, .size = 256}, {A::kEd25519, 0}));
}

TEST(ChainEnd, IsTheEarliestOfTheSignersChain) {
    Observed observed = tests::good();
    api::SecretFacts signer = tests::ca_secret();
    signer.pair.chain.push_back(signer.pair.chain[0]);
    signer.pair.chain[1].not_after = kNow + std::chrono::hours(5);
    observed.signer = tests::snapshot(signer);
    EXPECT_EQ(chain_end(observed), kNow + std::chrono::hours(5));
    observed.signer = nullptr;
    EXPECT_FALSE(chain_end(observed));
}

TEST(TemplateKeys, AreSortedAndTellWhatLeft) {
    const api::SecretTemplate first{{{"b", "1"}, {"a", "1"}}, {{"note", "x"}}};
    EXPECT_EQ(template_keys(first), "a:note,l:a,l:b");
    EXPECT_EQ(template_keys({}), "");
    api::SecretFacts secret;
    secret.meta.annotations[std::string(api::kTemplateKeys)] = template_keys(first);
    const api::SecretTemplate second{{{"b", "2"}}, {}};
    EXPECT_EQ(left_over(secret, second, "l:"), std::vector<std::string>{"a"});
    EXPECT_EQ(left_over(secret, second, "a:"), std::vector<std::string>{"note"});
    EXPECT_TRUE(left_over(secret, first, "l:").empty());
    secret.meta.annotations.clear();
    EXPECT_TRUE(left_over(secret, second, "l:").empty()) << "what others wrote is not ours";
}

}  // namespace
}  // namespace stackseal::issuance
