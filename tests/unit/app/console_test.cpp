// SPDX-License-Identifier: Apache-2.0
// The table that a person sees after --once.
#include "app/console.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/shelf.hpp"

namespace stackseal::app {
namespace {

api::Condition ready(const api::Meta& of, std::string status, std::string reason,
                     std::string message) {
    return {"Ready", std::move(status), std::move(reason), std::move(message), of.generation, {}};
}

TEST(Table, HasIssuersFirstAndSaysWhatIsNotReady) {
    tests::Shelf shelf;
    api::Issuer root = tests::authority("root");
    root.status.conditions = {ready(root.meta, "True", "Ready", "the authority signs")};
    root.status.expires = "2036-11-21T00:00:00Z";
    api::Issuer corporate = tests::authority("corporate");
    corporate.spec.source = api::CaSecret{"ca-pair"};
    corporate.status.conditions = {ready(corporate.meta, "False", "SecretNotFound", "create it")};
    api::Issuer mid = tests::authority("mid");
    std::get<api::Authority>(mid.spec.source).signed_by = api::IssuerRef{.name = "root"};
    api::Certificate due = tests::certificate();
    due.status.conditions = {ready(due.meta, "True", "CaExpired", "valid until tomorrow")};
    due.status.expires = "2026-11-25T00:00:00Z";
    for (const auto& issuer : {root, corporate, mid}) shelf.put(issuer);
    shelf.put(due);
    const auto rows = table_rows(shelf);
    ASSERT_TRUE(rows);
    EXPECT_EQ(to_table(*rows),
              "NAME                        ISSUER          EXPIRES               STATE\n"
              "issuer openstack/corporate  secret ca-pair  -                     "
              "SecretNotFound: create it\n"
              "issuer openstack/mid        root            -                     Pending\n"
              "issuer openstack/root       itself (root)   2036-11-21T00:00:00Z  Ready\n"
              "openstack/keystone          ca              2026-11-25T00:00:00Z  "
              "CaExpired: valid until tomorrow\n");
    std::vector<bool> readiness;
    for (const TableRow& row : *rows) readiness.push_back(row.ready);
    EXPECT_THAT(readiness, ::testing::ElementsAre(false, false, true, true));
}

TEST(Table, TakesNoWordOnAnEarlierSpec) {
    tests::Shelf shelf;
    api::Certificate changed = tests::certificate();
    changed.status.conditions = {ready(changed.meta, "True", "Ready", "all is well")};
    changed.meta.generation += 1;
    shelf.put(changed);
    const auto rows = table_rows(shelf);
    ASSERT_TRUE(rows);
    EXPECT_FALSE(rows->front().ready);
    EXPECT_EQ(rows->front().state, "Pending: its spec of now is not done yet; the log says why");
}

TEST(Table, OfNothingIsItsHeading) {
    EXPECT_EQ(to_table({}), "NAME  ISSUER  EXPIRES  STATE\n");
}

}  // namespace
}  // namespace stackseal::app
