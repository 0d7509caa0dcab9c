// SPDX-License-Identifier: Apache-2.0
// Requests against a scripted server: statuses, replay, deadlines, limits, and what may have been
// executed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

#include "tests/unit/controller/http/fixture.hpp"

namespace stackseal::tests {
namespace {

using namespace std::chrono_literals;
using core::Code;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

TEST(Send, DeliversStatusHeadersAndBody) {
    ScriptedServer server({once(answer("201 Created", "{}", "X-Kind: Secret\r\n"))}, good_tls());
    const auto response = client_of(server.url())->send(get("/api/v1/secrets?limit=5"));
    ASSERT_TRUE(response);
    EXPECT_EQ(response->status, 201);
    EXPECT_EQ(response->body, "{}");
    EXPECT_EQ(response->header("x-kind"), "Secret");
    EXPECT_THAT(server.requests().at(0), StartsWith("GET /api/v1/secrets?limit=5 HTTP/1.1\r\n"));
}

TEST(Send, SendsMethodHeadersAndBodyAsTheyAre) {
    ScriptedServer server({echo}, good_tls());
    const auto client = client_of(server.url());
    const auto response =
        client->send({.method = "PATCH",
                      .target = "/a%2Fb?x=%3D",
                      .headers = {{"Content-Type", "application/merge-patch+json"},
                                  {"Authorization", "Bearer t"}},
                      .body = "{\"a\":1}"});
    ASSERT_TRUE(response);
    EXPECT_EQ(response->body, "{\"a\":1}");
    const std::string request = server.requests().at(0);
    EXPECT_THAT(request, StartsWith("PATCH /a%2Fb?x=%3D HTTP/1.1\r\n"));
    EXPECT_THAT(request, HasSubstr("Content-Type:application/merge-patch+json\r\n"));
    EXPECT_THAT(request, HasSubstr("Content-Length:7\r\n"));
    EXPECT_THAT(request, HasSubstr("Authorization:Bearer t\r\n"));
    EXPECT_THAT(request, HasSubstr("User-Agent:stackseal\r\n"));
    EXPECT_THAT(request, EndsWith("{\"a\":1}"));
}

TEST(Send, LeavesTheCallersUserAgentAlone) {
    ScriptedServer server({echo}, good_tls());
    auto request = get();
    request.headers = {{"user-agent", "other"}};
    ASSERT_TRUE(client_of(server.url())->send(std::move(request)));
    EXPECT_THAT(server.requests().at(0), HasSubstr("user-agent:other\r\n"));
    EXPECT_THAT(server.requests().at(0), Not(HasSubstr("stackseal")));
}

TEST(Send, SendsLargeAndEmptyBodies) {
    ScriptedServer server({echo}, good_tls());
    const auto client = client_of(server.url());
    const std::string large(3U << 20U, 'x');
    for (const bool replayable : {true, false}) {
        const auto response = client->send(post(large, replayable));
        ASSERT_TRUE(response);
        EXPECT_EQ(response->body.size(), large.size());
        const auto nothing =
            client->send({.method = "DELETE", .target = "/x", .replayable = replayable});
        ASSERT_TRUE(nothing);
        EXPECT_EQ(nothing->body, "");
    }
    EXPECT_EQ(server.seen().size(), 1U) << "all on one kept connection";
}

class AnyStatus : public testing::TestWithParam<const char*> {};

TEST_P(AnyStatus, IsAnAnswer) {
    ScriptedServer server({once(answer(GetParam(), "why"))}, good_tls());
    const auto response = client_of(server.url())->send(get());
    ASSERT_TRUE(response) << response.error().message;
    EXPECT_EQ(response->status, std::stoi(GetParam()));
    EXPECT_EQ(response->body, "why");
}

INSTANTIATE_TEST_SUITE_P(All, AnyStatus,
                         testing::Values("200 OK", "404 Not Found", "410 Gone", "409 Conflict",
                                         "429 Too Many", "500 Internal", "503 Unavailable"));

TEST(Redirect, IsAnAnswerAndCarriesNoTokenElsewhere) {
    for (const char* status : {"301 Moved", "302 Found", "307 Temporary", "308 Permanent"}) {
        ScriptedServer elsewhere({echo}, good_tls());
        ScriptedServer server({once(answer(status, "", "Location: " + elsewhere.url() + "/\r\n"))},
                              good_tls());
        auto request = get();
        request.headers = {{"Authorization", "Bearer token"}};
        const auto response = client_of(server.url())->send(std::move(request));
        ASSERT_TRUE(response);
        EXPECT_EQ(response->status, std::stoi(status));
        EXPECT_EQ(response->header("Location"), elsewhere.url() + "/");
        EXPECT_THAT(elsewhere.seen(), IsEmpty()) << status;
    }
}

TEST(Injection, NeverReachesTheServer) {
    ScriptedServer server({echo}, good_tls());
    const auto client = client_of(server.url());
    auto header = get();
    header.headers = {{"X", "v\r\nEvil: 1"}};
    for (const auto& result :
         {client->send(std::move(header)), client->send(get("/a b")), client->send(get("/a|b")),
          client->send({.method = "GET /x\r\n", .target = "/"})}) {
        ASSERT_FALSE(result);
        EXPECT_EQ(result.error().code, Code::kInvalid) << result.error().message;
    }
    EXPECT_THAT(server.requests(), IsEmpty());
}

/// Answers the first request, then takes a second and closes without an answer: what a client sees
/// of a connection that died in its pool.
void dies_after_one(Connection& connection) {
    connection.read_request();
    connection.send(answer("200 OK", ""));
    connection.read_request();
}

TEST(DeadConnection, MakesNoSecondPost) {
    for (const char* body : {"{}", ""}) {
        ScriptedServer server({dies_after_one, echo}, good_tls());
        const auto client = client_of(server.url());
        ASSERT_TRUE(client->send(get()));
        const auto result = client->send(post(body));
        ASSERT_FALSE(result) << "the library sent it again by itself";
        EXPECT_EQ(result.error().code, Code::kUnavailable);
        EXPECT_TRUE(result.error().maybe_executed);
        EXPECT_EQ(server.requests().size(), 2U);
        EXPECT_TRUE(client->send(get())) << "the client is usable afterwards";
    }
}

TEST(DeadConnection, IsReplayedOnceWhereThatIsAllowed) {
    ScriptedServer server({dies_after_one, echo}, good_tls());
    const auto client = client_of(server.url());
    ASSERT_TRUE(client->send(get()));
    const auto response = client->send(post("{}", true));
    ASSERT_TRUE(response) << response.error().message;
    EXPECT_EQ(response->body, "{}");
    EXPECT_EQ(server.requests().size(), 3U);
}

TEST(DeadConnection, IsNotReplayedForEver) {
    ScriptedServer server({dies_after_one, never_answer}, good_tls());
    const auto client = client_of(server.url());
    ASSERT_TRUE(client->send(get()));
    auto request = post("{}", true);
    request.deadline = 500ms;
    const auto result = client->send(std::move(request));
    ASSERT_FALSE(result);
    EXPECT_TRUE(result.error().maybe_executed);
    EXPECT_EQ(server.requests().size(), 3U);
}

TEST(DeadConnection, ByResetCostsAGetNothing) {
    const auto reset_after_one = [](Connection& connection) {
        connection.read_request();
        connection.send(answer("200 OK", ""));
        connection.read_request();
        connection.reset();
    };
    ScriptedServer server({reset_after_one, echo}, good_tls());
    const auto client = client_of(server.url());
    ASSERT_TRUE(client->send(get()));
    EXPECT_TRUE(client->send(get()));
}

/// An address that refuses: bound, so that nobody else gets it, and not listening.
class ClosedPort {
  public:
    ClosedPort() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        ::bind(socket_, reinterpret_cast<sockaddr*>(&address), size);
        ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
        port_ = ntohs(address.sin_port);
    }
    ~ClosedPort() { ::close(socket_); }
    std::string url() const { return core::concat("https://127.0.0.1:", port_); }

  private:
    int socket_;
    std::uint16_t port_ = 0;
};

TEST(MaybeExecuted, IsFalseForARefusedConnection) {
    const ClosedPort closed;
    const auto result = client_of(closed.url())->send(post("{}"));
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, Code::kUnavailable);
    EXPECT_FALSE(result.error().maybe_executed);
    EXPECT_EQ(result.error().message,
              "POST " + closed.url() + "/things: cannot connect (refused or unreachable)");
}

TEST(MaybeExecuted, IsFalseWhenTheDeadlinePassesInTheHandshake) {
    ScriptedServer mute({[](Connection& connection) { connection.read_to_end(); }});
    std::string url = mute.url();
    auto request = post("{}");
    request.deadline = 200ms;
    const auto result = client_of(url.replace(0, 4, "https"))->send(std::move(request));
    ASSERT_FALSE(result);
    EXPECT_FALSE(result.error().maybe_executed);
}

TEST(MaybeExecuted, IsTrueOnceTheRequestWasWritten) {
    const auto reset = [](Connection& connection) {
        connection.read_request();
        connection.reset();
    };
    const auto half = [](Connection& connection) {
        connection.read_request();
        connection.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
    };
    for (const auto& script : {once(""), once("junk\r\n\r\n"), ScriptedServer::Script(reset),
                               ScriptedServer::Script(half)}) {
        ScriptedServer server({script}, good_tls());
        const auto result = client_of(server.url())->send(post("{}"));
        ASSERT_FALSE(result);
        EXPECT_EQ(result.error().code, Code::kUnavailable);
        EXPECT_TRUE(result.error().maybe_executed) << result.error().message;
    }
}

TEST(MaybeExecuted, IsTrueForAWriteAndFalseForAReadAtTheDeadline) {
    ScriptedServer server({never_answer}, good_tls());
    const auto client = client_of(server.url());
    auto write = post("{}");
    write.deadline = 200ms;
    EXPECT_TRUE(client->send(std::move(write)).error().maybe_executed);
    auto read = get();
    read.deadline = 200ms;
    EXPECT_FALSE(client->send(std::move(read)).error().maybe_executed);
}

TEST(Deadline, HoldsAgainstAServerThatNeverStopsTrickling) {
    const auto trickle = [](Connection& connection) {
        connection.read_request();
        connection.send(kChunkedHead);
        while (connection.send(chunk("x"))) {
        }
    };
    ScriptedServer server({trickle}, good_tls());
    auto request = get();
    request.deadline = 300ms;
    const auto client = client_of(server.url());
    const auto took = time_of([&] {
        const auto result = client->send(std::move(request));
        ASSERT_FALSE(result);
        EXPECT_EQ(result.error().code, Code::kUnavailable);
    });
    EXPECT_GE(took, 300ms);
    EXPECT_LT(took, 5s);
}

TEST(Deadline, MayHavePassedAlready) {
    ScriptedServer server({echo}, good_tls());
    auto request = post("x");
    request.deadline = 0ms;
    const auto result = client_of(server.url())->send(std::move(request));
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, Code::kUnavailable);
}

TEST(BodyLimit, IsExact) {
    for (const auto& bytes : {answer("200 OK", "0123456789"),
                              kChunkedHead + chunk("01234") + chunk("56789") + kLastChunk}) {
        ScriptedServer server({once(bytes)}, good_tls());
        const auto client = client_of(server.url());
        auto exact = get();
        exact.body_limit = 10;
        EXPECT_EQ(client->send(std::move(exact))->body, "0123456789");
        auto less = get();
        less.body_limit = 9;
        const auto result = client->send(std::move(less));
        ASSERT_FALSE(result);
        EXPECT_THAT(result.error().message, HasSubstr("larger than 9 bytes"));
    }
}

TEST(Stop, EndsARequestLongBeforeItsDeadline) {
    ScriptedServer server({never_answer}, good_tls());
    const auto client = client_of(server.url());
    std::stop_source stop;
    std::thread stopper([&] {
        EXPECT_TRUE(server.wait_for_requests(1));
        stop.request_stop();
    });
    const auto took = time_of([&] {
        const auto result = client->send(post("{}"), stop.get_token());
        ASSERT_FALSE(result);
        EXPECT_EQ(result.error().code, Code::kCancelled);
        EXPECT_TRUE(result.error().maybe_executed);
    });
    stopper.join();
    EXPECT_LT(took, 10s);
}

TEST(Stop, BeforeTheRequestSendsNothing) {
    ScriptedServer server({echo}, good_tls());
    std::stop_source stop;
    stop.request_stop();
    const auto result = client_of(server.url())->send(post("x"), stop.get_token());
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, Code::kCancelled);
    EXPECT_FALSE(result.error().maybe_executed);
    EXPECT_THAT(server.requests(), IsEmpty());
}

TEST(Connect, RefusesWhatCannotWork) {
    EXPECT_EQ(http::connect({.url = "https://[::1]:1"}).error().code, Code::kInvalid);
    EXPECT_EQ(http::connect({.url = "https://localhost"}).error().code, Code::kInvalid)
        << "without TLS material";
}

TEST(PlainHttp, WorksOnLoopback) {
    ScriptedServer server({echo});
    const auto response = client_of(http::Settings{.url = server.url()})->send(post("x"));
    ASSERT_TRUE(response);
    EXPECT_EQ(response->body, "x");
}

}  // namespace
}  // namespace stackseal::tests
