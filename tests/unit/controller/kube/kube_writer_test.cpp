// SPDX-License-Identifier: Apache-2.0
// Writes: what is sent, what the store holds afterwards, and what a refusal becomes.
#include "controller/kube/kube_writer.hpp"

#include <gmock/gmock.h>

#include "controller/text/json.hpp"
#include "tests/support/decoded.hpp"
#include "tests/unit/controller/kube/fake_api.hpp"

namespace stackseal::kube {
namespace {

using core::Code;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const core::Ref kSecret{core::Resource::kSecret, "ops", "a"};
const core::Ref kCertificate{core::Resource::kCertificate, "ops", "c"};
const std::string kSecretPath = "/api/v1/namespaces/ops/secrets/a";

struct WriterBench {
    Rig rig;
    FakeApi api{rig.transport};
    store::Store store;
    std::vector<std::string> changes;
    pki::Inspector inspector;
    SecretReader secrets{rig.client, inspector, {}};
    Intake intake{store, inspector};
    Refresh refresh{rig.client, secrets, intake, {}};
    KubeWriter writer{rig.client, intake, refresh, rig.log, {}};

    WriterBench() {
        store.watch([this](const ports::Change& change) {
            const api::Meta* after = api::meta_of(change.after);
            changes.push_back(core::concat(change.ref.name, "@",
                                           after == nullptr ? "gone" : after->resource_version));
        });
    }
    std::string held(const core::Ref& ref) {
        const api::Object object = store.find(ref);
        const api::Meta* meta = api::meta_of(object);
        return meta == nullptr ? "" : meta->resource_version;
    }
};

ports::ApplySecret secret_write(const std::string& version = "") {
    ports::ApplySecret apply;
    apply.ref = kSecret;
    apply.expected_version = version;
    apply.body.meta.labels = {{"stackseal.io/managed", "true"}};
    return apply;
}

TEST(KubeWriter, ANewSecretIsPostedAndKeptAtOnce) {
    WriterBench bench;
    bench.api.next("POST", 201, secret_json("a", 5, true));
    const auto written = bench.writer.write(secret_write());
    ASSERT_TRUE(written) << written.error().message;
    EXPECT_EQ(api::meta_of(*written)->resource_version, "5");
    EXPECT_EQ(bench.held(kSecret), "5");
    EXPECT_THAT(bench.changes, ElementsAre("a@5"));
    const auto again = text::parse_json(secret_json("a", 5, true));
    bench.store.put(*decoded(core::Resource::kSecret, *again));
    EXPECT_THAT(bench.changes, SizeIs(1)) << "the echo wakes nobody";
}

TEST(KubeWriter, AChangeIsPatchedUnderItsVersion) {
    WriterBench bench;
    bench.api.next("PATCH", 200, secret_json("a", 8, true));
    ASSERT_TRUE(bench.writer.write(secret_write("7")));
    const ports::Request sent = bench.api.last();
    EXPECT_EQ(sent.target, kSecretPath + "?fieldManager=stackseal");
    EXPECT_THAT(sent.body, HasSubstr(R"("resourceVersion":"7")"));
    EXPECT_EQ(bench.held(kSecret), "8");
}

TEST(KubeWriter, ATakenNameIsAConflictAndTheStoreSeesWhoHasIt) {
    WriterBench bench;
    bench.api.next("POST", 409, R"({"kind":"Status","reason":"AlreadyExists","code":409})");
    bench.api.set(kSecretPath, secret_json("a", 3, false, "other"));
    const auto written = bench.writer.write(secret_write());
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().code, Code::kConflict);
    EXPECT_EQ(bench.held(kSecret), "3");
    const auto held = std::get<api::Snapshot<api::SecretFacts>>(bench.store.find(kSecret));
    EXPECT_THAT(held->sizes, IsEmpty()) << "of another's Secret no more is kept than its version";
}

TEST(KubeWriter, AStaleReadIsAConflictAndRefreshed) {
    WriterBench bench;
    bench.store.put(
        *decoded(core::Resource::kSecret, *text::parse_json(secret_json("a", 7, true))));
    bench.api.next("PATCH", 409, "");
    bench.api.set(kSecretPath, secret_json("a", 9, true));
    EXPECT_EQ(bench.writer.write(secret_write("7")).error().code, Code::kConflict);
    EXPECT_EQ(bench.held(kSecret), "9");
}

TEST(KubeWriter, AChangeOfWhatIsGoneIsAConflictAndForgotten) {
    WriterBench bench;
    bench.store.put(
        *decoded(core::Resource::kSecret, *text::parse_json(secret_json("a", 7, true))));
    bench.api.next("PATCH", 404, "");
    EXPECT_EQ(bench.writer.write(secret_write("7")).error().code, Code::kConflict);
    EXPECT_EQ(bench.held(kSecret), "");
    EXPECT_THAT(bench.changes, ElementsAre("a@7", "a@gone"));
}

TEST(KubeWriter, AMissingNamespaceIsNotFound) {
    WriterBench bench;
    bench.api.next("POST", 404, "");
    EXPECT_EQ(bench.writer.write(secret_write()).error().code, Code::kNotFound);
    EXPECT_EQ(bench.api.count("GET"), 0U);
}

TEST(KubeWriter, OtherRefusalsComeBackAsTheyAre) {
    for (const auto& [status, code] : std::vector<std::pair<int, Code>>{
             {403, Code::kDenied}, {422, Code::kInvalid}, {429, Code::kThrottled}}) {
        WriterBench bench;
        bench.api.next("POST", status, "");
        EXPECT_EQ(bench.writer.write(secret_write()).error().code, code);
        EXPECT_EQ(bench.api.count("GET"), 0U);
    }
}

TEST(KubeWriter, ALostAnswerMayHaveBeenExecutedAndIsNotRepeated) {
    WriterBench bench;
    bench.rig.transport.handler = [](const ports::Request&) -> core::Result<ports::Response> {
        return core::Error{Code::kUnavailable, "reset", 0, true};
    };
    const auto written = bench.writer.write(secret_write());
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().code, Code::kUnavailable);
    EXPECT_TRUE(written.error().maybe_executed);
    EXPECT_THAT(bench.rig.transport.requests(), SizeIs(1));
}

api::Object certificate(std::int64_t revision, const std::string& serial = "") {
    auto object = std::make_shared<api::Certificate>();
    object->meta.name = "c";
    object->meta.space = "ops";
    object->meta.uid = "uc";
    object->meta.resource_version = "10";
    object->status.revision = revision;
    object->status.serial = serial;
    return api::Snapshot<api::Certificate>(std::move(object));
}

std::string certificate_json(int version, std::string_view status) {
    return core::concat(
        R"({"apiVersion":"stackseal.io/v1alpha1","kind":"Certificate","metadata":{"name":"c",)",
        R"("namespace":"ops","uid":"uc","resourceVersion":")", version,
        R"("},"spec":{"secretName":"a","issuerRef":{"name":"ca"},"dnsNames":["x.example"]},)",
        R"("status":)", status, "}");
}

TEST(KubeWriter, AStatusIsPatchedByWhatDiffers) {
    WriterBench bench;
    bench.api.next("PATCH", 200, certificate_json(11, R"({"revision":2})"));
    const auto written = bench.writer.write(ports::RecordStatus{certificate(1), certificate(2)});
    ASSERT_TRUE(written) << written.error().message;
    const ports::Request sent = bench.api.last();
    EXPECT_THAT(sent.target, HasSubstr("/certificates/c/status?"));
    EXPECT_EQ(sent.body, R"({"metadata":{"resourceVersion":"10"},"status":{"revision":2}})");
    EXPECT_EQ(bench.held(kCertificate), "11");
}

TEST(KubeWriter, NothingIsWrittenWhenNothingDiffers) {
    WriterBench bench;
    const auto written = bench.writer.write(ports::RecordStatus{certificate(2), certificate(2)});
    ASSERT_TRUE(written);
    EXPECT_EQ(api::meta_of(*written)->resource_version, "10");
    EXPECT_THAT(bench.rig.transport.requests(), IsEmpty());
}

TEST(KubeWriter, AnIssuersStatusIsWrittenAlike) {
    const auto issuer = [](const std::string& expires) {
        auto object = std::make_shared<api::Issuer>();
        object->meta = {.name = "ca", .space = "ops", .uid = "ui", .resource_version = "10"};
        object->status.expires = expires;
        return api::Object(api::Snapshot<api::Issuer>(std::move(object)));
    };
    WriterBench bench;
    const auto same = bench.writer.write(ports::RecordStatus{issuer("x"), issuer("x")});
    ASSERT_TRUE(same);
    EXPECT_EQ(api::meta_of(*same)->resource_version, "10");
    EXPECT_EQ(bench.api.count("PATCH"), 0U);
    bench.api.next("PATCH", 200,
                   R"({"metadata":{"name":"ca","namespace":"ops","uid":"ui",)"
                   R"("resourceVersion":"11"},"spec":{"selfSigned":{}},"status":{"expires":"y"}})");
    ASSERT_TRUE(bench.writer.write(ports::RecordStatus{issuer("x"), issuer("y")}));
    EXPECT_THAT(bench.api.last().target, HasSubstr("/issuers/ca/status?"));
    EXPECT_EQ(bench.held({core::Resource::kIssuer, "ops", "ca"}), "11");
}

/// The write took effect all the same: nothing may be made anew before the object was read.
TEST(KubeWriter, AnAnswerThatMakesNoSenseMayHaveBeenExecuted) {
    WriterBench bench;
    bench.api.next("PATCH", 200, R"({"metadata":{"name":7}})");
    const auto written = bench.writer.write(ports::RecordStatus{certificate(1), certificate(2)});
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().code, Code::kUnavailable);
    EXPECT_TRUE(written.error().maybe_executed);
    EXPECT_EQ(bench.held(kCertificate), "");
}

TEST(KubeWriter, APrunedFieldIsToldOnceAndNotSentAgain) {
    WriterBench bench;
    const std::string kept = certificate_json(11, R"({"revision":2})");
    bench.api.next("PATCH", 200, kept);
    const ports::RecordStatus record{certificate(1), certificate(2, "aa")};
    const auto first = bench.writer.write(record);
    ASSERT_TRUE(first);
    EXPECT_THAT(bench.rig.log.lines(), ElementsAre(HasSubstr("does not keep a status field")));
    EXPECT_THAT(bench.rig.log.lines()[0], HasSubstr("field=serialNumber"));
    const auto second = bench.writer.write(ports::RecordStatus{*first, certificate(2, "aa")});
    ASSERT_TRUE(second);
    EXPECT_EQ(bench.api.count("PATCH"), 1U);
    EXPECT_EQ(std::get<0>(*second)->status.serial, "aa") << "the caller sees what it asked for";
    EXPECT_EQ(api::meta_of(*second)->resource_version, "11");
    bench.api.next("PATCH", 200, certificate_json(12, R"({"revision":3})"));
    ASSERT_TRUE(bench.writer.write(ports::RecordStatus{*second, certificate(3, "bb")}));
    EXPECT_EQ(bench.api.last().body,
              R"({"metadata":{"resourceVersion":"11"},"status":{"revision":3}})");
    EXPECT_THAT(bench.rig.log.lines(), SizeIs(1));
}

TEST(KubeWriter, AStaleStatusIsAConflictAndRefreshed) {
    WriterBench bench;
    bench.api.next("PATCH", 409, "");
    bench.api.set("/apis/stackseal.io/v1alpha1/namespaces/ops/certificates/c",
                  certificate_json(15, "{}"));
    const auto written = bench.writer.write(ports::RecordStatus{certificate(1), certificate(2)});
    EXPECT_EQ(written.error().code, Code::kConflict);
    EXPECT_EQ(bench.held(kCertificate), "15");
}

TEST(KubeWriter, AStatusOfNothingIsOurFault) {
    WriterBench bench;
    const api::Object none = api::absent(core::Resource::kCertificate);
    EXPECT_EQ(bench.writer.write(ports::RecordStatus{none, certificate(1)}).error().code,
              Code::kInternal);
}

TEST(KubeWriter, ADeletionNamesUidAndVersionAndTakesEffectAtOnce) {
    WriterBench bench;
    bench.store.put(
        *decoded(core::Resource::kSecret, *text::parse_json(secret_json("a", 7, true))));
    bench.api.next("DELETE", 200, R"({"kind":"Status","status":"Success"})");
    const auto gone = bench.writer.write(ports::DeleteObject{kSecret, "u1", "7"});
    ASSERT_TRUE(gone);
    EXPECT_EQ(api::meta_of(*gone), nullptr);
    EXPECT_THAT(bench.api.last().body, HasSubstr(R"("uid":"u1","resourceVersion":"7")"));
    EXPECT_EQ(bench.held(kSecret), "");
}

TEST(KubeWriter, WhatIsGoneAlreadyIsDeleted) {
    WriterBench bench;
    EXPECT_TRUE(bench.writer.write(ports::DeleteObject{kSecret, "u1", "7"}));
}

TEST(KubeWriter, ADeletionThatFinalizersHoldIsNotOver) {
    WriterBench bench;
    std::string held = secret_json("a", 8, true);
    held.insert(held.find(R"("uid")"), R"("deletionTimestamp":"2026-11-24T03:40:00Z",)");
    bench.api.next("DELETE", 200, held);
    const auto object = bench.writer.write(ports::DeleteObject{kSecret, "u1", "7"});
    ASSERT_TRUE(object);
    EXPECT_TRUE(api::meta_of(*object)->deleting);
    EXPECT_EQ(bench.held(kSecret), "8");
}

TEST(KubeWriter, ADeletionUnderAWrongPreconditionIsAConflict) {
    WriterBench bench;
    bench.api.next("DELETE", 409, "");
    bench.api.set(kSecretPath, secret_json("a", 9, true, "u2"));
    EXPECT_EQ(bench.writer.write(ports::DeleteObject{kSecret, "u1", "7"}).error().code,
              Code::kConflict);
    EXPECT_EQ(bench.held(kSecret), "9");
}

}  // namespace
}  // namespace stackseal::kube
