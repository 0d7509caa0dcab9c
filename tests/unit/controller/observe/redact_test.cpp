// SPDX-License-Identifier: Apache-2.0
// The guard knows the shapes of secrets, and leaves ordinary text alone.
#include "controller/observe/redact.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace stackseal::observe {
namespace {

// Put together, so that no scanner of this tree takes the example for a key.
const std::string kHead = std::string("-----BEGIN ") + "PRIVATE KEY-----";

TEST(Redact, FindsSecrets) {
    struct Row {
        std::string text;
        std::string_view why;
    };
    const std::vector<Row> rows = {
        {kHead + "\nMC4CAQ", "PEM"},
        {"cannot read " + kHead, "PEM"},
        {"-----begin rsa private key-----", "PEM"},
        {"-----BEGIN CERTIFICATE-----", "PEM"},
        {"tls.key: LS0tLS1CRUdJTiBQUklWQVRF", "PEM"},
        {"Authorization: Bearer abcdefgh", "bearer token"},
        {"authorization: BEARER  0123.4567-89_~", "bearer token"},
        {"Bearer:abcdefgh", "bearer token"},
        {"bearer bearer abcdefgh", "bearer token"},
        {"token eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl", "web token"},
        {"key=MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp2u7g7Yk6Mw3SgQY8tXPzX0Cd", "encoded key"},
    };
    for (const Row& row : rows) {
        const auto found = secret_in(row.text);
        ASSERT_TRUE(found) << row.text;
        EXPECT_EQ(*found, row.why) << row.text;
    }
}

TEST(Redact, LeavesOrdinaryTextAlone) {
    for (const std::string& text : std::vector<std::string>{
             "", "M", "bearer", "Bearer ", "the bearer of news", "standard-bearer",
             "bearertokens are not sent", "issued certificate openstack/keystone",
             "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
             "MDM" + std::string(40, 'x'),  // short
             "/var/lib/stackseal/openstack/certificates/keystone-internal-endpoint/tls",
             "eyJ is how a web token begins", "CN=keystone.openstack.svc,O=Example", "-----",
             "BEGIN"}) {
        EXPECT_FALSE(secret_in(text)) << text;
    }
}

}  // namespace
}  // namespace stackseal::observe
