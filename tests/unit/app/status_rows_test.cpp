// SPDX-License-Identifier: Apache-2.0
// Good or not, by what the status says and by what the clock says.
#include "app/status_rows.hpp"

#include <gmock/gmock.h>

#include "controller/text/yaml.hpp"

namespace stackseal::app {

namespace {

using namespace std::chrono_literals;
using core::Time;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;

const Time kNow = *core::parse_rfc3339("2026-06-01T00:00:00Z");
constexpr auto kDay = std::chrono::hours(24);

/// A Certificate that was issued, with renewal and end so far from now.
api::Certificate issued(std::chrono::seconds renews, std::chrono::seconds ends) {
    api::Certificate one;
    one.meta.name = "keystone";
    one.meta.space = "openstack";
    one.status.conditions = {{.type = "Ready", .status = "True", .reason = "Ready"}};
    one.status.renewal_time = kNow + renews;
    one.status.not_after = kNow + ends;
    return one;
}

struct Row {
    const char* what;
    std::chrono::seconds renews;
    std::chrono::seconds ends;
    const char* state;
};

constexpr Row kRows[] = {
    {"renewal is to come", 1s, 30 * kDay, "Ready"},
    {"renewal is due", 0s, 30 * kDay, "Ready"},
    {"half an hour of a long window", -30min, 30 * kDay, "Ready"},
    {"more than half an hour", -30min - 1s, 30 * kDay, "RenewalMissed"},
    {"a tenth of a short window", -6min, 54min, "Ready"},
    {"more than a tenth", -7min, 53min, "RenewalMissed"},
    {"the last second", -30 * kDay, 1s, "RenewalMissed"},
    {"the end", -30 * kDay, 0s, "Expired"},
    {"past the end", -30 * kDay, -kDay, "Expired"},
};

TEST(StandingOfCertificate, FollowsTheClockWhateverTheConditionSays) {
    for (const Row& row : kRows) {
        const Standing one = standing_of(issued(row.renews, row.ends), kNow);
        EXPECT_EQ(one.state, row.state) << row.what;
        EXPECT_EQ(one.good, one.state == "Ready") << row.what;
        EXPECT_EQ(one.why.empty(), one.good) << row.what;
        EXPECT_EQ(one.ref, (core::Ref{core::Resource::kCertificate, "openstack", "keystone"}));
    }
}

TEST(StandingOfCertificate, NotReadyTellsTheConditionsReasonAndMessage) {
    api::Certificate failing = issued(kDay, 2 * kDay);
    failing.status.conditions = {{.type = "Ready",
                                  .status = "False",
                                  .reason = "IssuerNotFound",
                                  .message = "there is no Issuer openstack/root"}};
    failing.status.next_attempt = kNow + 10s;
    const Standing one = standing_of(failing, kNow);
    EXPECT_FALSE(one.good);
    EXPECT_EQ(one.state, "IssuerNotFound");
    EXPECT_EQ(one.why, "there is no Issuer openstack/root");
    EXPECT_EQ(one.next_attempt, kNow + 10s);
}

TEST(StandingOfCertificate, ExpiredKeepsTheCauseThatIsKnown) {
    api::Certificate failing = issued(-2 * kDay, -kDay);
    failing.status.conditions = {
        {.type = "Ready", .status = "False", .reason = "Failed", .message = "the CA is gone"}};
    const Standing one = standing_of(failing, kNow);
    EXPECT_EQ(one.state, "Expired");
    EXPECT_THAT(one.why, HasSubstr("the CA is gone"));
}

TEST(StandingOfCertificate, ThatServesButCannotBeRenewedTellsWhyBeforeAndAfterItIsDue) {
    api::Certificate held = issued(1s, 30 * kDay);
    held.status.conditions = {{.type = "Ready",
                               .status = "True",
                               .reason = "DeniedByIssuer",
                               .message = "not renewable: denied"}};
    const Standing before = standing_of(held, kNow);
    EXPECT_TRUE(before.good);
    EXPECT_EQ(before.state, "DeniedByIssuer");
    EXPECT_EQ(before.why, "not renewable: denied");
    const Standing after = standing_of(held, kNow + kDay);
    EXPECT_FALSE(after.good);
    EXPECT_EQ(after.state, "RenewalMissed");
    EXPECT_EQ(after.why, "it was due and was not renewed; not renewable: denied");
}

TEST(StandingOfCertificate, WithoutAConditionItIsPending) {
    const Standing one = standing_of(api::Certificate{}, kNow);
    EXPECT_FALSE(one.good);
    EXPECT_EQ(one.state, "Pending");
    EXPECT_THAT(one.why, HasSubstr("does the operator run?"));
}

TEST(StandingOfCertificate, OfAnEarlierSpecItIsPending) {
    api::Certificate changed = issued(kDay, 2 * kDay);
    changed.meta.generation = 2;
    changed.status.conditions[0].observed_generation = 1;
    const Standing one = standing_of(changed, kNow);
    EXPECT_FALSE(one.good);
    EXPECT_EQ(one.state, "Pending");
    EXPECT_EQ(one.why, kNotDoneYet);
    EXPECT_EQ(standing_of(changed, kNow + 2 * kDay).state, "Expired");
}

TEST(StandingOfIssuer, ExpiresToo) {
    api::Issuer issuer;
    issuer.status.conditions = {{.type = "Ready", .status = "True", .reason = "Ready"}};
    issuer.status.not_after = kNow + 1s;
    EXPECT_TRUE(standing_of(issuer, kNow).good);
    EXPECT_EQ(standing_of(issuer, kNow + 1s).state, "Expired");
}

constexpr const char* kDocuments = R"(
kind: Certificate
metadata: {name: later, namespace: a}
status: {notAfter: "2027-01-01T00:00:00Z", conditions: [{type: Ready, status: "True", reason: Ready}]}
---
kind: Secret
metadata: {name: none-of-ours, namespace: a}
---
kind: Certificate
metadata: {name: sooner, namespace: b}
spec: {secretName: s}
status: {notAfter: "2026-07-01T00:00:00Z", conditions: [{type: Ready, status: "True", reason: Ready}]}
---
kind: Issuer
metadata: {name: failing, namespace: c}
status: {conditions: [{type: Ready, status: "False", reason: NoKey, message: tls.key is missing}]}
)";

TEST(Standings, PutFirstWhatIsBadAndThenWhatEndsNext) {
    const auto documents = text::parse_yaml(kDocuments);
    ASSERT_TRUE(documents) << documents.error().message;
    const auto name_is = [](const char* name) {
        return Field(&Standing::ref, Field(&core::Ref::name, name));
    };
    EXPECT_THAT(standings(*documents, kNow),
                ElementsAre(name_is("failing"), name_is("sooner"), name_is("later")));
}

}  // namespace

}  // namespace stackseal::app
