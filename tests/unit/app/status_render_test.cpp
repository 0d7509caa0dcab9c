// SPDX-License-Identifier: Apache-2.0
// What a person and a script see of standings.
#include "app/status_render.hpp"

#include <gmock/gmock.h>

#include "controller/text/json.hpp"

namespace stackseal::app {

namespace {

using namespace std::chrono_literals;
using core::Time;
using ::testing::HasSubstr;
using ::testing::Not;

const Time kNow = *core::parse_rfc3339("2026-06-01T00:00:00Z");
constexpr auto kDay = std::chrono::hours(24);

std::vector<Standing> two() {
    return {{.ref = {core::Resource::kIssuer, "openstack", "root"},
             .state = "NoKey",
             .why = "tls.key is missing",
             .next_attempt = kNow + 2min},
            {.ref = {core::Resource::kCertificate, "openstack", "db"},
             .good = true,
             .state = "Ready",
             .not_after = kNow + 90 * kDay,
             .renewal = kNow + 60 * kDay}};
}

TEST(DistanceText, IsTheLargestWholeUnit) {
    const std::pair<std::chrono::seconds, const char*> rows[] = {
        {0s, "now"},    {59s, "now"},         {60s, "1m"},           {119min, "119m"},
        {120min, "2h"}, {47h + 59min, "47h"}, {48h, "2d"},           {365 * kDay, "365d"},
        {-59s, "now"},  {-60s, "1m ago"},     {-kDay * 3, "3d ago"}, {-2h, "2h ago"}};
    for (const auto& [gap, text] : rows) EXPECT_EQ(distance_text(kNow + gap, kNow), text);
}

TEST(Table, AlignsColumnsAndSaysWhyAndSumsUp) {
    EXPECT_EQ(to_table(two(), kNow, false),
              "STATE  KIND         NAME            EXPIRES  RENEWS\n"
              "NoKey  Issuer       openstack/root  -        -\n"
              "    tls.key is missing (next attempt in 2m)\n"
              "Ready  Certificate  openstack/db    90d      60d\n"
              "1 of 2 good; next to expire: openstack/db in 90d\n");
}

TEST(Table, ColoursOnlyOnRequest) {
    EXPECT_THAT(to_table(two(), kNow, false), Not(HasSubstr("\x1b")));
    const std::string coloured = to_table(two(), kNow, true);
    EXPECT_THAT(coloured, HasSubstr("\x1b[31mNoKey\x1b[0m  Issuer"));
    EXPECT_THAT(coloured, HasSubstr("\x1b[32mReady\x1b[0m  Certificate"));
}

TEST(Table, OfNothingSaysSo) {
    EXPECT_EQ(to_table({}, kNow, true), "no Issuer and no Certificate\n");
}

TEST(Document, HoldsCountsAndExactTimes) {
    EXPECT_EQ(text::to_json(to_document(two(), kNow)),
              R"({"checked":"2026-06-01T00:00:00Z","good":1,"bad":1,"items":[)"
              R"({"kind":"Issuer","namespace":"openstack","name":"root","good":false,)"
              R"("state":"NoKey","message":"tls.key is missing",)"
              R"("nextAttemptTime":"2026-06-01T00:02:00Z"},)"
              R"({"kind":"Certificate","namespace":"openstack","name":"db","good":true,)"
              R"("state":"Ready","notAfter":"2026-08-30T00:00:00Z",)"
              R"("renewalTime":"2026-07-31T00:00:00Z"}]})");
}

}  // namespace

}  // namespace stackseal::app
