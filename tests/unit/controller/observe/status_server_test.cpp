// SPDX-License-Identifier: Apache-2.0
// The server over real sockets: what a kubelet, a scraper and a hostile client get.
#include "controller/observe/status_server.hpp"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>
#include <thread>
#include <vector>

#include "controller/observe/metrics.hpp"
#include "tests/support/fakes.hpp"
#include "tests/unit/controller/observe/exposition.hpp"

namespace stackseal::observe {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

/// A plain TCP connection to the loopback interface.
class Socket {
  public:
    explicit Socket(int port) : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        const timeval patience{.tv_sec = 20, .tv_usec = 0};
        setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(static_cast<std::uint16_t>(port));
        to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        connected_ = connect(fd_, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0;
    }
    ~Socket() { close(fd_); }
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;

    bool connected() const { return connected_; }
    void send(std::string_view text) const {
        EXPECT_EQ(::send(fd_, text.data(), text.size(), MSG_NOSIGNAL),
                  static_cast<ssize_t>(text.size()));
    }
    /// Up to n bytes; "" once the other side has closed (or was silent for too long).
    std::string some(std::size_t n) const {
        std::string buffer(n, '\0');
        const ssize_t got = recv(fd_, buffer.data(), n, 0);
        buffer.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
        return buffer;
    }
    std::string until_close() const {
        std::string all;
        for (std::string piece = some(4096); !piece.empty(); piece = some(4096)) all += piece;
        return all;
    }
    /// Reads one answer whose body ends with the given text.
    std::string until(std::string_view end) const {
        std::string all;
        for (std::string piece = some(1); !piece.empty() && !all.ends_with(end); piece = some(1)) {
            all += piece;
            if (all.ends_with(end)) break;
        }
        return all;
    }

  private:
    int fd_;
    bool connected_ = false;
};

class StatusServerTest : public testing::Test {
  protected:
    StatusServerTest() {
        health_.add(Probe::kLive, "ping", [] { return core::Result<void>(); });
        health_.add(Probe::kReady, "caches", [] {
            return core::Result<void>(core::Error{core::Code::kUnavailable, "no listing yet"});
        });
    }
    void SetUp() override {
        auto started = StatusServer::start("127.0.0.1:0", pages(), log_);
        ASSERT_TRUE(started) << started.error().message;
        server_ = *std::move(started);
    }
    StatusPages pages() {
        return {[this](Dialect dialect) { return metrics_.text(dialect); }, &health_};
    }
    std::string ask(const std::string& method, const std::string& target) const {
        const Socket socket(server_->port());
        socket.send(method + " " + target + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        return socket.until_close();
    }
    static std::string body_of(const std::string& answer) {
        const auto at = answer.find("\r\n\r\n");
        return at == std::string::npos ? "" : answer.substr(at + 4);
    }

    tests::MemoryLog log_;
    PrometheusMetrics metrics_{log_};
    Health health_{log_};
    std::unique_ptr<StatusServer> server_;
};

TEST_F(StatusServerTest, TellsItsRealPort) {
    EXPECT_GT(server_->port(), 0);
    EXPECT_EQ(server_->address(), "127.0.0.1:" + std::to_string(server_->port()));
}

TEST_F(StatusServerTest, AnswersTheKubelet) {
    const std::string live = ask("GET", "/livez");
    EXPECT_THAT(live, StartsWith("HTTP/1.1 200 OK\r\n"));
    EXPECT_THAT(live, HasSubstr("Content-Type: text/plain; charset=utf-8\r\n"));
    EXPECT_THAT(live, HasSubstr("Content-Length: 3\r\n"));
    EXPECT_EQ(body_of(live), "ok\n");
    const std::string ready = ask("GET", "/readyz?verbose");
    EXPECT_THAT(ready, StartsWith("HTTP/1.1 500 Internal Server Error\r\n"));
    EXPECT_THAT(ready, HasSubstr("[-]caches failed"));
    EXPECT_THAT(ready, Not(HasSubstr("no listing yet")));
    EXPECT_THAT(body_of(ask("GET", "/readyz?exclude=caches")), "ok\n");
}

TEST_F(StatusServerTest, ServesAScrape) {
    metrics_.count("stackseal_kube_lists_total", {{"resource", "secrets"}});
    const std::string scrape = ask("GET", "/metrics");
    EXPECT_THAT(scrape, HasSubstr("Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n"));
    const tests::Exposition e = tests::read_exposition(body_of(scrape));
    EXPECT_THAT(e.faults, IsEmpty());
    EXPECT_EQ(e.value("stackseal_kube_lists_total", {{"resource", "secrets"}}), 1);
}

TEST_F(StatusServerTest, ServesALargeScrape) {
    metrics_.collect(ports::showing([] {
        std::vector<ports::Sample> out;
        for (int i = 0; i < 20'000; ++i)
            out.push_back({"stackseal_certificate_consecutive_failures",
                           {{"namespace", "openstack"}, {"name", std::to_string(i)}},
                           0});
        return out;
    }));
    const tests::Exposition e = tests::read_exposition(body_of(ask("GET", "/metrics")));
    EXPECT_THAT(e.faults, IsEmpty());
    EXPECT_EQ(e.samples.at("stackseal_certificate_consecutive_failures").size(), 20'000U);
}

TEST_F(StatusServerTest, SendsNoBodyForHead) {
    const std::string head = ask("HEAD", "/livez");
    EXPECT_THAT(head, StartsWith("HTTP/1.1 200 OK\r\n"));
    EXPECT_THAT(head, HasSubstr("Content-Length: 3\r\n"));
    EXPECT_EQ(body_of(head), "");
}

TEST_F(StatusServerTest, RefusesOtherMethodsAndPaths) {
    for (const char* method : {"POST", "PUT", "DELETE", "PATCH", "OPTIONS"})
        EXPECT_THAT(ask(method, "/metrics"), StartsWith("HTTP/1.1 405")) << method;
    EXPECT_THAT(ask("DELETE", "/metrics"), HasSubstr("Allow: GET, HEAD\r\n"));
    for (const char* path : {"/x", "/../etc/passwd", "/metrics/../../etc/passwd",
                             "/%2e%2e/etc/passwd", "/favicon.ico", "/livez/%00"})
        EXPECT_THAT(ask("GET", path),
                    testing::AnyOf(StartsWith("HTTP/1.1 404"), StartsWith("HTTP/1.1 400")))
            << path;
}

TEST_F(StatusServerTest, DoesNotTakeABodyForTheNextRequest) {
    const Socket socket(server_->port());
    const std::string smuggled = "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n";
    socket.send("POST /livez HTTP/1.1\r\nHost: x\r\nContent-Length: " +
                std::to_string(smuggled.size()) + "\r\n\r\n" + smuggled);
    const std::string answers = socket.until_close();
    EXPECT_THAT(answers, StartsWith("HTTP/1.1 405"));
    EXPECT_THAT(answers, Not(HasSubstr("200 OK")));
}

TEST_F(StatusServerTest, KeepsAConnectionOpenForTheNextRequest) {
    const Socket socket(server_->port());
    for (int i = 0; i < 3; ++i) {
        socket.send("GET /livez HTTP/1.1\r\nHost: x\r\n\r\n");
        EXPECT_THAT(socket.until("ok\n"), EndsWith("\r\n\r\nok\n")) << i;
    }
}

TEST_F(StatusServerTest, SurvivesGarbage) {
    const std::vector<std::string> garbage = {
        "\r\n\r\n\r\n", "GET\r\n\r\n", std::string("\x16\x03\x01\x00\x05hello", 10),
        "GET /livez HTTP/9.9\r\n\r\n", "GET " + std::string(9000, 'x') + " HTTP/1.1\r\n\r\n"};
    for (const std::string& text : garbage) {
        const Socket socket(server_->port());
        socket.send(text);
        EXPECT_THAT(socket.until_close(), Not(HasSubstr("200 OK"))) << text.substr(0, 40);
    }
    EXPECT_EQ(body_of(ask("GET", "/livez")), "ok\n");
}

// Four threads: more silent clients than that must not keep a probe from being answered for long.
TEST_F(StatusServerTest, ShedsSilentClients) {
    std::vector<std::unique_ptr<Socket>> silent;
    for (int i = 0; i < 6; ++i) {
        silent.push_back(std::make_unique<Socket>(server_->port()));
        silent.back()->send("GET /livez HT");
    }
    EXPECT_EQ(body_of(ask("GET", "/livez")), "ok\n");
}

TEST_F(StatusServerTest, AnswersManyAtOnce) {
    std::vector<std::jthread> clients;
    for (int i = 0; i < 8; ++i)
        clients.emplace_back([this] {
            for (int n = 0; n < 10; ++n) EXPECT_EQ(body_of(ask("GET", "/livez")), "ok\n");
        });
}

TEST_F(StatusServerTest, ClosesItsPortWhenItGoes) {
    const int port = server_->port();
    EXPECT_TRUE(Socket(port).connected());
    server_.reset();
    EXPECT_FALSE(Socket(port).connected());
}

TEST_F(StatusServerTest, TurnsAnExceptionIntoAnAnswer) {
    StatusPages broken = pages();
    broken.metrics = [](Dialect) -> std::string { throw std::runtime_error("collector broke"); };
    auto started = StatusServer::start("127.0.0.1:0", broken, log_);
    ASSERT_TRUE(started);
    server_ = *std::move(started);
    EXPECT_THAT(ask("GET", "/metrics"), StartsWith("HTTP/1.1 500"));
    EXPECT_THAT(log_.lines(),
                testing::Contains("status page failed path=/metrics error=collector broke"));
}

TEST_F(StatusServerTest, ServesAllAddressesWithoutAHost) {
    auto started = StatusServer::start(":0", pages(), log_);
    ASSERT_TRUE(started) << started.error().message;
    EXPECT_EQ((*started)->address(), "0.0.0.0:" + std::to_string((*started)->port()));
    EXPECT_TRUE(Socket((*started)->port()).connected());
}

TEST_F(StatusServerTest, NamesAnAddressThatIsTaken) {
    const auto second = StatusServer::start(server_->address(), pages(), log_);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, core::Code::kUnavailable);
    EXPECT_THAT(second.error().message,
                testing::AllOf(HasSubstr(server_->address()), HasSubstr("Address already in use")));
}

TEST_F(StatusServerTest, RefusesAddressesThatItDoesNotUnderstand) {
    for (const std::string_view wrong :
         {"", "9402", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:80s", "127.0.0.1:80,90",
          "127.0.0.1:65536", "127.0.0.1:-1", "localhost:80", "300.1.1.1:80", "[::1]:80", "::1:80",
          "127.0.0.1:0 ", "127.0.0.1:0r"}) {
        const auto started = StatusServer::start(wrong, pages(), log_);
        ASSERT_FALSE(started) << wrong;
        EXPECT_EQ(started.error().code, core::Code::kInvalid) << wrong;
        EXPECT_THAT(started.error().message, HasSubstr("\"" + std::string(wrong) + "\""));
        EXPECT_THAT(started.error().message, HasSubstr("127.0.0.1:9402"));
    }
}

}  // namespace
}  // namespace stackseal::observe
