// SPDX-License-Identifier: Apache-2.0
// What is remembered, and what is not.
#include <gtest/gtest.h>

#include <utility>

#include "controller/core/concat.hpp"
#include "controller/pki/inspect.hpp"
#include "tests/unit/controller/pki/support.hpp"

namespace stackseal::pki::test {
namespace {

TEST(Inspector, ParsesAnAuthoritysCertificateOnceForAllItsLeaves) {
    const Pair it;
    const core::PrivateKey key = key_of(kP256);
    const std::string second = get(sign(leaf_profile(), key.public_half, *it.root.signer()));
    Inspector inspector;
    const auto one = inspector.trusted_pair(it.leaf + it.root.pem, pem_of(it.key), it.root.pem);
    const auto other = inspector.pair(second + it.root.pem, pem_of(key), it.root.pem);
    const core::CertificateFacts& shared = one.chain[1];
    EXPECT_EQ(&std::as_const(other).chain[1], &shared);
    EXPECT_EQ(one, inspect_trusted_pair(it.leaf + it.root.pem, pem_of(it.key), it.root.pem));
    EXPECT_EQ(other, inspect_pair(second + it.root.pem, pem_of(key), it.root.pem));
}

TEST(Inspector, ParsesWhatWasLintedNoMore) {
    const Pair it;
    Inspector inspector;
    EXPECT_EQ(inspector.lint(it.leaf, &it.root.signer()->facts()), std::vector<std::string>());
    const auto answer = inspector.trusted_pair(it.leaf, pem_of(it.key), it.root.pem);
    const auto event = inspector.trusted_pair(it.leaf, pem_of(it.key), it.root.pem);
    EXPECT_EQ(&std::as_const(answer).chain[0], &std::as_const(event).chain[0]);
    EXPECT_EQ(answer, inspect_trusted_pair(it.leaf, pem_of(it.key), it.root.pem));
}

TEST(Inspector, ParsesAnyOtherLeafAnew) {
    const Pair it;
    Inspector inspector;
    const auto one = inspector.trusted_pair(it.leaf, pem_of(it.key), it.root.pem);
    const auto other = inspector.trusted_pair(it.leaf, pem_of(it.key), it.root.pem);
    EXPECT_NE(&std::as_const(one).chain[0], &std::as_const(other).chain[0]);
}

TEST(Inspector, KeepsNoAuthorityThatIsLargerThanOneWouldBe) {
    for (const auto& [names, kept] : {std::pair{10, true}, std::pair{600, false}}) {
        core::Profile profile = ca_profile("Root");
        for (int i = 0; i < names; ++i)
            profile.names.dns.push_back(core::concat("host-", i, ".example.com"));
        const core::PrivateKey key = key_of(kP256);
        const std::string root = get(sign_self(profile, key));
        Inspector inspector;
        const auto one = inspector.pair(root, pem_of(key), root);
        const auto other = inspector.pair(root, pem_of(key), root);
        EXPECT_EQ(&std::as_const(one).chain[0] == &std::as_const(other).chain[0], kept) << names;
    }
}

}  // namespace
}  // namespace stackseal::pki::test
