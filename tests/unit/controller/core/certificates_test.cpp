// SPDX-License-Identifier: Apache-2.0
// A list of certificates is a value: sharing saves memory and shows nowhere else.
#include "controller/core/certificates.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace stackseal::core {
namespace {

CertificateFacts named(const std::string& fingerprint) {
    CertificateFacts facts;
    facts.fingerprint = fingerprint;
    return facts;
}

TEST(Certificates, AreEqualByContent) {
    EXPECT_EQ(Certificates({named("a"), named("b")}), Certificates({named("a"), named("b")}));
    EXPECT_NE(Certificates({named("a"), named("b")}), Certificates({named("b"), named("a")}));
    EXPECT_NE(Certificates({named("a"), named("b")}), Certificates({named("a")}));
    EXPECT_EQ(Certificates(), Certificates({}));
}

TEST(Certificates, CopiesShareTheirElements) {
    const Certificates one = {named("a")};
    const Certificates other = one;
    EXPECT_EQ(&one[0], &other[0]);
}

TEST(Certificates, AChangeOfACopyStaysInIt) {
    const Certificates one = {named("a"), named("b")};
    Certificates other = one;
    other[1].fingerprint = "c";
    EXPECT_EQ(one, Certificates({named("a"), named("b")}));
    EXPECT_EQ(other, Certificates({named("a"), named("c")}));
}

TEST(Certificates, AreWalkedInTheirOrder) {
    const Certificates all = {named("b"), named("a"), named("c")};
    std::string order;
    for (const CertificateFacts& one : all) order += one.fingerprint;
    EXPECT_EQ(order, "bac");
    EXPECT_EQ(all.front().fingerprint + all.back().fingerprint, "bc");
    EXPECT_EQ(std::ranges::min(all, {}, &CertificateFacts::fingerprint).fingerprint, "a");
}

}  // namespace
}  // namespace stackseal::core
