// SPDX-License-Identifier: Apache-2.0
// Streams of lines against a scripted server, and cancels at any moment.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <random>
#include <thread>

#include "tests/unit/controller/http/fixture.hpp"

namespace stackseal::tests {
namespace {

using namespace std::chrono_literals;
using core::Code;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

struct Watched {
    std::vector<std::string> lines;
    core::Result<ports::StreamEnd> end = ports::StreamEnd{};
};

Watched watch(ports::Transport& client, ports::StreamRequest request = {.target = "/watch"},
              std::stop_token stop = {}) {
    Watched watched;
    watched.end = client.stream(
        request, [&](std::string_view line) { watched.lines.emplace_back(line); }, std::move(stop));
    return watched;
}

Watched watch(const ScriptedServer& server, ports::StreamRequest request = {.target = "/watch"}) {
    return watch(*client_of(server.url()), std::move(request));
}

/// Sends the bytes and then neither more nor an end.
ScriptedServer::Script then_silent(std::string bytes) {
    return [bytes = std::move(bytes)](Connection& connection) {
        connection.read_request();
        connection.send(bytes);
        connection.read_to_end();
    };
}

TEST(Stream, DeliversLinesHoweverTheyAreCut) {
    ScriptedServer server({once(kChunkedHead + chunk("one\ntwo\nth") + chunk("r") +
                                chunk("ee\r\nfour\n") + kLastChunk)},
                          good_tls());
    const auto watched = watch(server);
    ASSERT_TRUE(watched.end);
    EXPECT_EQ(watched.end->status, 200);
    EXPECT_THAT(watched.lines, ElementsAre("one", "two", "three", "four"));
}

TEST(Stream, DeliversLinesAsTheyCome) {
    Gate first_came;
    ScriptedServer server({[&](Connection& connection) {
                              connection.read_request();
                              connection.send(kChunkedHead + chunk("one\n"));
                              EXPECT_TRUE(first_came.wait());
                              connection.send(chunk("two\n") + kLastChunk);
                          }},
                          good_tls());
    int count = 0;
    const auto end = client_of(server.url())
                         ->stream({.target = "/watch"},
                                  [&](std::string_view) {
                                      ++count;
                                      first_came.open();
                                  },
                                  {});
    EXPECT_TRUE(end);
    EXPECT_EQ(count, 2);
}

TEST(Stream, NeverDeliversAnIncompleteLastLine) {
    ScriptedServer server({once(kChunkedHead + chunk("one\n{\"half") + kLastChunk)}, good_tls());
    const auto watched = watch(server);
    EXPECT_TRUE(watched.end);
    EXPECT_THAT(watched.lines, ElementsAre("one"));
}

TEST(Stream, ThatBreaksIsAnErrorAfterItsLines) {
    const std::string begun = kChunkedHead + chunk("one\n");
    for (const auto& bytes : {begun, begun + "10\r\ntwo\n"}) {
        ScriptedServer server({once(bytes)}, good_tls());
        const auto watched = watch(server);
        ASSERT_FALSE(watched.end) << "taken for a proper end";
        EXPECT_EQ(watched.end.error().code, Code::kUnavailable);
        EXPECT_FALSE(watched.end.error().maybe_executed);
        EXPECT_THAT(watched.lines, ElementsAre("one"));
    }
}

TEST(Stream, EndsWithAnyOtherStatusAndItsBody) {
    for (const char* status : {"410 Gone", "302 Found", "500 Internal"}) {
        ScriptedServer server({once(answer(status, "{\"kind\":\n\"Status\"}\n",
                                           "Location: https://127.0.0.1:1/\r\n"))},
                              good_tls());
        const auto watched = watch(server);
        ASSERT_TRUE(watched.end);
        EXPECT_EQ(watched.end->status, std::stoi(status));
        EXPECT_EQ(watched.end->error_body, "{\"kind\":\n\"Status\"}\n");
        EXPECT_THAT(watched.lines, IsEmpty());
    }
}

TEST(Stream, KeepsOnlySoMuchOfAnErrorsBody) {
    ScriptedServer server({once(answer("500 Internal", std::string(100'000, 'x')))}, good_tls());
    const auto watched = watch(server, {.target = "/watch", .error_body_limit = 1000});
    ASSERT_TRUE(watched.end);
    EXPECT_EQ(watched.end->error_body.size(), 1000U);
}

TEST(Stream, RefusesALineOverTheLimit) {
    ScriptedServer server({then_silent(kChunkedHead + chunk("short\n") + chunk("0123456789x"))},
                          good_tls());
    const auto watched = watch(server, {.target = "/watch", .line_limit = 10});
    ASSERT_FALSE(watched.end);
    EXPECT_EQ(watched.end.error().code, Code::kInvalid);
    EXPECT_THAT(watched.end.error().message, HasSubstr("longer than 10 bytes"));
    EXPECT_THAT(watched.lines, ElementsAre("short"));
}

TEST(Stream, ThatFallsSilentIsGivenUp) {
    ScriptedServer server({then_silent(kChunkedHead + chunk("one\n"))}, good_tls());
    const auto took = time_of([&] {
        const auto watched = watch(server, {.target = "/watch", .idle_timeout = 200ms});
        ASSERT_FALSE(watched.end);
        EXPECT_EQ(watched.end.error().code, Code::kUnavailable);
        EXPECT_THAT(watched.end.error().message, HasSubstr("silent"));
        EXPECT_THAT(watched.lines, ElementsAre("one"));
    });
    EXPECT_GE(took, 200ms);
    EXPECT_LT(took, 5s);
}

TEST(Stream, WithoutAnAnswerIsGivenUp) {
    ScriptedServer server({never_answer}, good_tls());
    const auto watched = watch(server, {.target = "/watch", .connect_deadline = 200ms});
    ASSERT_FALSE(watched.end);
    EXPECT_EQ(watched.end.error().code, Code::kUnavailable);
    EXPECT_THAT(watched.end.error().message, HasSubstr("no answer in time"));
}

TEST(Stream, EndsNormallyAtItsLifetime) {
    ScriptedServer server({then_silent(kChunkedHead + chunk("one\n"))}, good_tls());
    const auto watched = watch(server, {.target = "/watch", .lifetime = 200ms});
    ASSERT_TRUE(watched.end) << watched.end.error().message;
    EXPECT_EQ(watched.end->status, 200);
    EXPECT_THAT(watched.lines, ElementsAre("one"));
}

TEST(Stream, HoldsTheSenderBackWhileTheCallerIsBusy) {
    const std::string line(1023, 'x');
    std::string lines;
    for (int i = 0; i < 16; ++i) lines += line + "\n";
    const std::string piece = chunk(lines);
    constexpr std::size_t kOffered = 256U << 20U;
    Gate stalled;
    std::size_t taken = 0;
    ScriptedServer server({[&](Connection& connection) {
                              connection.read_request();
                              connection.send(kChunkedHead);
                              taken = connection.flood(piece, kOffered, 300ms);
                              stalled.open();
                          }},
                          good_tls());
    std::size_t delivered = 0;
    const auto end = client_of(server.url())
                         ->stream(
                             // Shorter than the pause: a busy caller is not a silent server.
                             {.target = "/watch", .idle_timeout = 250ms},
                             [&](std::string_view got) {
                                 EXPECT_TRUE(stalled.wait());
                                 EXPECT_EQ(got.size(), line.size());
                                 delivered += got.size() + 1;
                             },
                             {});
    EXPECT_LT(taken, 24U << 20U) << "of " << kOffered << " bytes offered; the rest was buffered";
    EXPECT_GE(delivered, taken / piece.size() * lines.size()) << "what was sent must arrive";
    EXPECT_FALSE(end) << "the server went away without a last chunk";
}

TEST(Stream, FloodsAreDeliveredWhole) {
    std::string lines;
    for (int i = 0; i < 1000; ++i) lines += core::concat("line ", i, "\n");
    const std::string piece = chunk(lines);
    ScriptedServer server({[&](Connection& connection) {
                              connection.read_request();
                              connection.send(kChunkedHead);
                              for (int i = 0; i < 500; ++i) connection.send(piece);
                              connection.send(kLastChunk);
                          }},
                          good_tls());
    int expected = 0;
    const auto end = client_of(server.url())
                         ->stream({.target = "/watch"},
                                  [&](std::string_view line) {
                                      if (line == core::concat("line ", expected % 1000))
                                          ++expected;
                                  },
                                  {});
    ASSERT_TRUE(end) << end.error().message;
    EXPECT_EQ(expected, 500'000);
}

TEST(Stream, StopsWhenToldLongBeforeItsTimeouts) {
    ScriptedServer server({then_silent(kChunkedHead + chunk("one\n"))}, good_tls());
    const auto client = client_of(server.url());
    std::stop_source stop;
    const auto took = time_of([&] {
        const auto end = client->stream(
            {.target = "/watch"}, [&](std::string_view) { stop.request_stop(); }, stop.get_token());
        ASSERT_FALSE(end);
        EXPECT_EQ(end.error().code, Code::kCancelled);
    });
    EXPECT_LT(took, 10s);
}

TEST(Stream, StopsBetweenTwoLinesOfOneBatch) {
    ScriptedServer server({then_silent(kChunkedHead + chunk("one\ntwo\nthree\n"))}, good_tls());
    std::stop_source stop;
    int count = 0;
    const auto end = client_of(server.url())
                         ->stream(
                             {.target = "/watch"},
                             [&](std::string_view) {
                                 ++count;
                                 stop.request_stop();
                             },
                             stop.get_token());
    EXPECT_EQ(end.error().code, Code::kCancelled);
    EXPECT_EQ(count, 1);
}

TEST(Stream, IsStoppedFromAnotherThreadWhileItWaits) {
    ScriptedServer server({never_answer}, good_tls());
    const auto client = client_of(server.url());
    std::stop_source stop;
    std::thread stopper([&] {
        EXPECT_TRUE(server.wait_for_requests(1));
        stop.request_stop();
    });
    const auto took = time_of([&] {
        EXPECT_EQ(watch(*client, {.target = "/watch"}, stop.get_token()).end.error().code,
                  Code::kCancelled);
    });
    stopper.join();
    EXPECT_LT(took, 10s);
}

TEST(Stream, IsCheckedLikeARequest) {
    ScriptedServer server({echo}, good_tls());
    EXPECT_EQ(watch(server, {.target = "/a b"}).end.error().code, Code::kInvalid);
    EXPECT_EQ(watch(server, {.target = "/", .headers = {{"X", "a\nb"}}}).end.error().code,
              Code::kInvalid);
    EXPECT_THAT(server.seen(), IsEmpty());
}

TEST(Stream, LeavesTheCallersExceptionAndTheClientInOrder) {
    ScriptedServer server({then_silent(kChunkedHead + chunk("one\n")), echo}, good_tls());
    const auto client = client_of(server.url());
    EXPECT_THROW(
        static_cast<void>(client->stream(
            {.target = "/watch"}, [](std::string_view) { throw std::runtime_error("bug"); }, {})),
        std::runtime_error);
    EXPECT_TRUE(client->send(get()));
}

std::size_t open_files() {
    std::size_t count = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator("/proc/self/fd"))
        ++count;
    return count;
}

/// Floods a watch, echoes everything else: a peer for cancels at any stage.
void busy(Connection& connection) {
    for (;;) {
        const std::string request = connection.read_request();
        if (request.empty()) return;
        if (!request.starts_with("GET /watch")) {
            if (!connection.send(answer("200 OK", std::string(2000, 'x')))) return;
            continue;
        }
        if (!connection.send(kChunkedHead)) return;
        while (connection.send(chunk("an event\nand another\n"))) {
        }
        return;
    }
}

/// One call that is cut short after a random while: by its stop token, its deadline or lifetime.
void cut_short(ports::Transport& client, std::mt19937& random) {
    const auto pick = [&](int below) {
        return std::uniform_int_distribution<int>(0, below - 1)(random);
    };
    const std::chrono::microseconds moment(pick(6000));
    const std::chrono::milliseconds limit(pick(2) == 0 ? 60'000 : pick(6));
    const bool is_stream = pick(2) == 0;
    std::stop_source stop;
    std::thread stopper([&] {
        const auto until = std::chrono::steady_clock::now() + moment;
        while (std::chrono::steady_clock::now() < until) std::this_thread::yield();
        stop.request_stop();
    });
    if (is_stream) {
        static_cast<void>(client.stream(
            {.target = "/watch", .lifetime = limit}, [](std::string_view) {}, stop.get_token()));
    } else {
        auto request = post("body");
        request.deadline = limit;
        static_cast<void>(client.send(std::move(request), stop.get_token()));
    }
    stopper.join();
}

TEST(Cancels, AtAnyMomentHarmNothing) {
    {
        ScriptedServer first({echo}, good_tls());  // the library opens files of its own, once
        ASSERT_TRUE(client_of(first.url())->send(get()));
    }
    const std::size_t before = open_files();
    {
        ScriptedServer server({busy}, good_tls());
        const auto client = client_of(server.url());
        std::vector<std::thread> threads;
        for (unsigned seed = 1; seed <= 6; ++seed) {
            threads.emplace_back([&client, seed] {
                std::mt19937 random(seed);
                for (int i = 0; i < 80; ++i) cut_short(*client, random);
            });
        }
        for (auto& thread : threads) thread.join();
        EXPECT_TRUE(client->send(get())) << "480 cancels later";
    }
    // A cancelled exchange ends a few turns of the pool later; a leak never does.
    const auto patience = std::chrono::steady_clock::now() + 10s;
    while (open_files() > before && std::chrono::steady_clock::now() < patience)
        ASSERT_TRUE(http::pool_answers(10s));
    EXPECT_LE(open_files(), before) << "a connection was leaked";
}

}  // namespace
}  // namespace stackseal::tests
