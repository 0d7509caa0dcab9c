// SPDX-License-Identifier: Apache-2.0
// Many callers, few places, one pool thread: nobody waits longer than its deadline.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <thread>

#include "controller/http/pool.hpp"
#include "tests/unit/controller/http/fixture.hpp"

namespace stackseal::tests {
namespace {

using namespace std::chrono_literals;
using core::Code;
using testing::HasSubstr;

http::Settings narrow(const std::string& url, std::size_t concurrency) {
    return {.url = url,
            .tls =
                [] {
                    return core::Result<std::shared_ptr<const ports::TlsMaterial>>(
                        std::make_shared<const ports::TlsMaterial>(trusting()));
                },
            .concurrency = concurrency};
}

TEST(Concurrency, IsBoundedAndWaitsWithinTheDeadline) {
    Gate release;
    ScriptedServer server({[&](Connection& connection) {
                              connection.read_request();
                              release.wait();
                              connection.send(answer("200 OK", ""));
                          }},
                          good_tls());
    const auto client = client_of(narrow(server.url(), 1));
    auto first = std::async(std::launch::async, [&] { return client->send(get()); });
    ASSERT_TRUE(server.wait_for_requests(1));
    auto second = post("x");
    second.deadline = 100ms;
    const auto late = client->send(std::move(second));
    ASSERT_FALSE(late);
    EXPECT_THAT(late.error().message, HasSubstr("waited for its turn"));
    EXPECT_FALSE(late.error().maybe_executed);
    release.open();
    EXPECT_TRUE(first.get());
    EXPECT_EQ(server.requests().size(), 1U);
}

TEST(Concurrency, ServesManyThreads) {
    ScriptedServer server({echo}, good_tls());
    const auto client = client_of(server.url());
    std::atomic<int> right{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 24; ++t) {
        threads.emplace_back([&, t] {
            for (int i = 0; i < 20; ++i) {
                const std::string body = core::concat("thread ", t, " request ", i);
                const auto response = client->send(post(body, i % 2 == 0));
                if (response && response->body == body) ++right;
            }
        });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(right, 24 * 20);
    EXPECT_LE(server.seen().size(), 16U) << "no more connections than requests in flight";
}

TEST(PoolThread, MayNotCall) {
    ScriptedServer server({echo}, good_tls());
    const auto client = client_of(server.url());
    std::promise<std::pair<Code, Code>> codes;
    http::post([&] {
        codes.set_value(
            {client->send(get()).error().code,
             client->stream({.target = "/"}, [](std::string_view) {}, {}).error().code});
    });
    EXPECT_EQ(codes.get_future().get(), std::pair(Code::kInternal, Code::kInternal));
}

TEST(PoolThread, AnswersUnlessItIsStuck) {
    const auto client = client_of("https://127.0.0.1:1");
    EXPECT_TRUE(http::pool_answers(10s));
    Gate release;
    http::post([&] { release.wait(); });
    EXPECT_FALSE(http::pool_answers(50ms));
    release.open();
    EXPECT_TRUE(http::pool_answers(10s));
}

TEST(PoolThread, StuckOrNotACallReturnsInTime) {
    ScriptedServer server({echo}, good_tls());
    const auto client = client_of(server.url());
    Gate release;
    http::post([&] { release.wait(); });
    auto request = post("x");
    request.deadline = 100ms;
    const auto took = time_of([&] { EXPECT_FALSE(client->send(std::move(request))); });
    EXPECT_LT(took, 5s);
    release.open();
}

}  // namespace
}  // namespace stackseal::tests
