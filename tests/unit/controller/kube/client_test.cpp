// SPDX-License-Identifier: Apache-2.0
// The retry table, row by row, and what becomes of answers.
#include "controller/kube/client.hpp"

#include <gmock/gmock.h>

#include "controller/kube/answer.hpp"
#include "tests/unit/controller/kube/rig.hpp"

namespace stackseal::kube {
namespace {

using core::Code;
using core::Error;
using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const core::Ref kSecret{core::Resource::kSecret, "ops", "a"};

Call read() {
    return get_object(kSecret);
}
Call write() {
    return create(core::Resource::kSecret, "ops",
                  core::Value::object({{"metadata", core::Value::object()}}));
}
Error broken(bool maybe_executed) {
    return {Code::kUnavailable, "reset", 0, maybe_executed};
}

TEST(Client, AnswersWithTheDocument) {
    Rig rig(token_config("t-1"));
    rig.transport.answer(200, R"({"kind":"Secret"})");
    const auto document = rig.client.call(read());
    ASSERT_TRUE(document);
    EXPECT_EQ(document->text_at({"kind"}), "Secret");
    EXPECT_EQ(header(rig.transport.requests()[0].headers, "Authorization"), "Bearer t-1");
    EXPECT_EQ(rig.metrics.of("rest_client_requests_total{code=200,method=GET,host=api:6443}"), 1);
}

TEST(Client, PutsThePrefixBeforeEveryPath) {
    Rig rig;
    Client client({rig.transport, rig.credentials, rig.log, rig.metrics, rig.clock, "api",
                   "/k8s/clusters/c-1", rig.pause()});
    rig.transport.answer(200, "{}");
    ASSERT_TRUE(client.call(read()));
    EXPECT_EQ(rig.transport.requests()[0].target,
              "/k8s/clusters/c-1/api/v1/namespaces/ops/secrets/a");
}

TEST(Client, NonsenseIsUnavailable) {
    for (const std::string_view body : {"", "<html>ok</html>", "[]", "\"x\"", R"({"a":)"}) {
        Rig rig;
        rig.transport.answer(200, std::string(body));
        const auto answer = rig.client.call(read());
        ASSERT_FALSE(answer) << body;
        EXPECT_EQ(answer.error().code, Code::kUnavailable);
        EXPECT_THAT(answer.error().message, HasSubstr("answered nonsense"));
        EXPECT_FALSE(answer.error().maybe_executed);
    }
}

TEST(Client, NonsenseAfterAWriteMayHaveBeenExecuted) {
    Rig rig;
    rig.transport.answer(200, "<html>");
    const auto answer = rig.client.call(write());
    ASSERT_FALSE(answer);
    EXPECT_TRUE(answer.error().maybe_executed);
}

TEST(Client, NoAnswerTextLeaksIntoTheError) {
    Rig rig;
    rig.transport.answer(200, R"({"data":{"tls.key":"c2VjcmV0"}, oops)");
    const auto answer = rig.client.call(read());
    ASSERT_FALSE(answer);
    EXPECT_THAT(answer.error().message, Not(HasSubstr("c2VjcmV0")));
}

TEST(Client, AnErrorNamesWhatWasTried) {
    Rig rig;
    rig.transport.answer(404,
                         R"({"kind":"Status","message":"secrets \"a\" not found","code":404})");
    const auto answer = rig.client.call(read());
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, Code::kNotFound);
    EXPECT_EQ(answer.error().message, R"(get secrets ops/a: secrets "a" not found)");
}

/// Whether a call is tried again: by method, first answer, and what it waits for.
struct RetryRow {
    std::string name;
    Call call;
    core::Result<ports::Response> first;
    std::vector<milliseconds> waits;
    std::size_t tries;
};

std::vector<RetryRow> retry_table() {
    const ports::Headers in3 = {{"Retry-After", "3"}};
    return {
        {"broken read", read(), broken(false), {milliseconds(1000)}, 2},
        {"broken write", write(), broken(false), {}, 1},
        {"lost write", write(), broken(true), {}, 1},
        {"cancelled read", read(), Error{Code::kCancelled, "stop"}, {}, 1},
        {"invalid read", read(), Error{Code::kInvalid, "header"}, {}, 1},
        {"429 told", read(), ports::Response{429, in3, ""}, {milliseconds(3000)}, 2},
        {"429 told, write", write(), ports::Response{429, in3, ""}, {milliseconds(3000)}, 2},
        {"503 told, write", write(), ports::Response{503, in3, ""}, {milliseconds(3000)}, 2},
        {"429 not told", read(), ports::Response{429, {}, ""}, {}, 1},
        {"503 not told", read(), ports::Response{503, {}, ""}, {}, 1},
        {"404 told", read(), ports::Response{404, in3, ""}, {}, 1},
        {"409 told", write(), ports::Response{409, in3, ""}, {}, 1},
        {"403", read(), ports::Response{403, {}, ""}, {}, 1},
        {"longer than patience", read(), ports::Response{429, {{"Retry-After", "31"}}, ""}, {}, 1},
    };
}

TEST(Client, RetriesAsTheTableSays) {
    for (RetryRow& row : retry_table()) {
        Rig rig;
        rig.transport.answer(std::move(row.first));
        rig.transport.answer(200, "{}");
        const auto answer = rig.client.call(row.call);
        EXPECT_EQ(rig.transport.requests().size(), row.tries) << row.name;
        EXPECT_EQ(rig.waits, row.waits) << row.name;
        EXPECT_EQ(answer.has_value(), row.tries == 2) << row.name;
    }
}

TEST(Client, ABrokenReadIsTriedOnceMoreOnly) {
    Rig rig;
    rig.transport.answer(broken(true));
    rig.transport.answer(broken(true));
    rig.transport.answer(200, "{}");
    EXPECT_FALSE(rig.client.call(read()));
    EXPECT_EQ(rig.transport.requests().size(), 2U);
    EXPECT_EQ(rig.metrics.of("rest_client_requests_total{code=<error>,method=GET,host=api:6443}"),
              2);
}

TEST(Client, ToldToWaitItTriesElevenTimesAtMost) {
    Rig rig;
    rig.transport.handler = [](const ports::Request&) {
        return ports::Response{503, {{"Retry-After", "1"}}, ""};
    };
    const auto answer = rig.client.call(read());
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, Code::kUnavailable);
    EXPECT_EQ(answer.error().retry_after_seconds, 1);
    EXPECT_EQ(rig.transport.requests().size(), 11U);
}

TEST(Client, PatienceEndsBeforeTheTries) {
    Rig rig;
    rig.transport.handler = [](const ports::Request&) {
        return ports::Response{429, {{"Retry-After", "10"}}, ""};
    };
    const auto answer = rig.client.call(read());
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, Code::kThrottled);
    EXPECT_EQ(answer.error().retry_after_seconds, 10);
    EXPECT_EQ(rig.transport.requests().size(), 3U);
}

TEST(Client, StopEndsTheTries) {
    Rig rig;
    std::stop_source stop;
    rig.transport.handler = [&](const ports::Request&) {
        stop.request_stop();
        return ports::Response{503, {{"Retry-After", "1"}}, ""};
    };
    EXPECT_FALSE(rig.client.call(read(), stop.get_token()));
    EXPECT_EQ(rig.transport.requests().size(), 1U);
    EXPECT_THAT(rig.waits, IsEmpty());
}

/// Notes whether a request could be cut off.
class StopNoting : public tests::ScriptedTransport {
  public:
    Answer send(ports::Request request, std::stop_token stop) override {
        stoppable.push_back(stop.stop_possible());
        return tests::ScriptedTransport::send(std::move(request), std::move(stop));
    }
    std::vector<bool> stoppable;
};

TEST(Client, AWriteUnderWayIsNotCutOff) {
    Rig rig;
    StopNoting transport;
    transport.answer(200, "{}");
    transport.answer(200, "{}");
    Client client({transport, rig.credentials, rig.log, rig.metrics, rig.clock, "api", ""});
    const std::stop_source stop;
    ASSERT_TRUE(client.call(read(), stop.get_token()));
    ASSERT_TRUE(client.call(write(), stop.get_token()));
    EXPECT_THAT(transport.stoppable, ElementsAre(true, false));
}

TEST(Client, AServerErrorAfterAWriteMayHaveBeenExecuted) {
    Rig rig;
    rig.transport.answer(504, "");
    rig.transport.answer(504, "");
    rig.transport.answer(409, "");
    EXPECT_TRUE(rig.client.call(write()).error().maybe_executed);
    EXPECT_FALSE(rig.client.call(read()).error().maybe_executed);
    EXPECT_FALSE(rig.client.call(write()).error().maybe_executed);
}

TEST(Client, AFixedTokenThatIsRefusedIsNotTriedAgain) {
    Rig rig(token_config("t"));
    rig.transport.answer(401, "");
    EXPECT_EQ(rig.client.call(read()).error().code, Code::kDenied);
    EXPECT_EQ(rig.transport.requests().size(), 1U);
}

TEST(Client, WarningsAreToldOnce) {
    Rig rig;
    for (int i = 0; i < 2; ++i)
        rig.transport.answer(200, "{}", {{"Warning", R"(299 - "unknown field x")"}});
    ASSERT_TRUE(rig.client.call(read()));
    ASSERT_TRUE(rig.client.call(read()));
    EXPECT_THAT(rig.log.lines(), ElementsAre("the API server warns warning=unknown field x"));
}

TEST(Client, ComparesTheClocks) {
    Rig rig;
    EXPECT_FALSE(rig.client.skew());
    const std::chrono::seconds now =
        kNow.time_since_epoch() / std::chrono::seconds(1) * std::chrono::seconds(1);
    rig.transport.answer(200, "{}", {{"Date", "Thu, 01 Jan 1970 00:01:00 GMT"}});
    rig.transport.answer(200, "{}", {{"Date", "nonsense"}});
    ASSERT_TRUE(rig.client.call(read()));
    EXPECT_EQ(rig.client.skew(), now - std::chrono::seconds(60));
    ASSERT_TRUE(rig.client.call(read()));
    EXPECT_EQ(rig.client.skew(), now - std::chrono::seconds(60));
}

TEST(HostOf, CutsSchemeAndPath) {
    EXPECT_EQ(host_of("https://api:6443"), "api:6443");
    EXPECT_EQ(host_of("https://api/x/y"), "api");
}

}  // namespace
}  // namespace stackseal::kube
