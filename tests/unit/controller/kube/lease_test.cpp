// SPDX-License-Identifier: Apache-2.0
// The Lease object: read, created, renewed, lost.
#include "controller/kube/lease.hpp"

#include <gmock/gmock.h>

#include "controller/text/json.hpp"
#include "tests/unit/controller/kube/rig.hpp"

namespace stackseal::kube {
namespace {

using namespace std::chrono_literals;
using core::Code;

constexpr std::string_view kHeld =
    R"({"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"name":"l","namespace":)"
    R"("ops","resourceVersion":"7","uid":"u","labels":{"theirs":"x"}},"spec":{"holderIdentity":)"
    R"("one","leaseDurationSeconds":15,"acquireTime":"2026-11-24T03:40:00.123456Z","renewTime":)"
    R"("2026-11-24T03:40:05.500000Z","leaseTransitions":3}})";

core::Instant at(const std::string& text, std::chrono::milliseconds more) {
    return core::Instant(*core::parse_rfc3339(text)) + more;
}

TEST(ParseLease, ReadsEveryField) {
    const auto record = parse_lease(*text::parse_json(kHeld));
    ASSERT_TRUE(record);
    EXPECT_EQ(record->holder, "one");
    EXPECT_EQ(record->duration, 15s);
    EXPECT_EQ(record->acquired, at("2026-11-24T03:40:00Z", 123ms));
    EXPECT_EQ(record->renewed, at("2026-11-24T03:40:05Z", 500ms));
    EXPECT_EQ(record->transitions, 3);
    EXPECT_EQ(record->version, "7");
}

TEST(ParseLease, OfAnEmptyOneIsReleased) {
    const auto record = parse_lease(*text::parse_json(R"({"metadata":{"resourceVersion":"1"}})"));
    ASSERT_TRUE(record);
    EXPECT_EQ(record->holder, "");
    EXPECT_FALSE(parse_lease(*text::parse_json(R"({"spec":{"renewTime":"soon"}})")));
}

TEST(KubeLease, NobodyEverHeldIt) {
    Rig rig;
    rig.transport.answer(404, "");
    const auto record = KubeLease(rig.client, "ops", "l").read();
    ASSERT_TRUE(record);
    EXPECT_FALSE(*record);
    EXPECT_EQ(rig.transport.requests()[0].target,
              "/apis/coordination.k8s.io/v1/namespaces/ops/leases/l");
    EXPECT_EQ(rig.transport.requests()[0].deadline, 5s);
}

ports::LeaseRecord mine(const std::string& version) {
    return {"two", 15s,    at("2026-11-24T03:41:00Z", 250ms), at("2026-11-24T03:41:00Z", 250ms),
            4,     version};
}

TEST(KubeLease, IsCreatedWhereThereIsNone) {
    Rig rig;
    rig.transport.answer(201, std::string(kHeld));
    const auto written = KubeLease(rig.client, "ops", "l").write(mine(""));
    ASSERT_TRUE(written);
    EXPECT_EQ(written->version, "7");
    const ports::Request sent = rig.transport.requests()[0];
    EXPECT_EQ(sent.method, "POST");
    const auto body = text::parse_json(sent.body);
    EXPECT_EQ(body->text_at({"metadata", "name"}), "l");
    EXPECT_EQ(body->find_path({"metadata", "resourceVersion"}), nullptr);
    EXPECT_EQ(body->text_at({"spec", "holderIdentity"}), "two");
    EXPECT_EQ(body->text_at({"spec", "renewTime"}), "2026-11-24T03:41:00.250000Z");
}

TEST(KubeLease, IsReplacedUnderItsVersionWithWhatOthersPutThere) {
    Rig rig;
    rig.transport.answer(200, std::string(kHeld));
    rig.transport.answer(200, std::string(kHeld));
    KubeLease lease(rig.client, "ops", "l");
    ASSERT_TRUE(lease.read());
    ASSERT_TRUE(lease.write(mine("7")));
    const ports::Request sent = rig.transport.requests()[1];
    EXPECT_EQ(sent.method, "PUT");
    const auto body = text::parse_json(sent.body);
    EXPECT_EQ(body->text_at({"metadata", "resourceVersion"}), "7");
    EXPECT_EQ(body->text_at({"metadata", "labels", "theirs"}), "x");
    EXPECT_EQ(body->text_at({"spec", "holderIdentity"}), "two");
}

TEST(KubeLease, WhoComesSecondHasAConflict) {
    for (const int status : {409, 404}) {
        Rig rig;
        rig.transport.answer(status, "");
        EXPECT_EQ(KubeLease(rig.client, "ops", "l").write(mine("7")).error().code, Code::kConflict);
    }
    Rig rig;
    rig.transport.answer(409, R"({"kind":"Status","reason":"AlreadyExists","code":409})");
    EXPECT_EQ(KubeLease(rig.client, "ops", "l").write(mine("")).error().code, Code::kConflict);
}

TEST(KubeLease, AMissingNamespaceIsNotAConflict) {
    Rig rig;
    rig.transport.answer(404, "");
    EXPECT_EQ(KubeLease(rig.client, "ops", "l").write(mine("")).error().code, Code::kNotFound);
}

}  // namespace
}  // namespace stackseal::kube
