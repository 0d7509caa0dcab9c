// SPDX-License-Identifier: Apache-2.0
// Real handshakes over loopback, with servers good, bad, old, rude and silent.
#include "controller/probe/fetch.hpp"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/support/scripted_server.hpp"
#include "tests/support/test_certificates.hpp"

namespace stackseal::probe {

namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;
using tests::CertificatePair;
using tests::Connection;
using tests::ScriptedServer;
using tests::TestAuthority;

constexpr std::chrono::seconds kPatience{10};

// Certificates made by the helper are valid around the real time, so the tests ask for it.
core::Time now() {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

Endpoint endpoint_of(const ScriptedServer& server) {
    const std::string url = server.url();
    auto endpoint = parse_endpoint(url.substr(url.find("//") + 2));
    return endpoint ? *endpoint : Endpoint{};
}

struct Fixture {
    TestAuthority root{"probe-root"};
    TestAuthority between = root.intermediate("probe-between");
    CertificatePair leaf =
        between.issue({.common_name = "leaf", .names = {"DNS:keystone.example", "IP:127.0.0.1"}});
    std::string chain = leaf.certificate_pem + between.pem();

    ScriptedServer::Tls tls() const { return {.chain_pem = chain, .key_pem = leaf.key_pem}; }
};

ScriptedServer::Script until_closed() {
    return [](Connection& connection) { connection.read_to_end(); };
}

TEST(Fetch, ShowsTheChainAsServed) {
    const Fixture made;
    const ScriptedServer server({until_closed()}, made.tls());
    Endpoint endpoint = endpoint_of(server);
    endpoint.anchors_pem = made.root.pem();
    const auto served = fetch(endpoint, kPatience, now());
    ASSERT_TRUE(served) << served.error().message;
    EXPECT_EQ(served->shown.chain_pem, made.chain);
    EXPECT_EQ(served->shown.protocol, "TLSv1.3");
    EXPECT_THAT(served->shown.cipher, StartsWith("TLS_"));
    EXPECT_EQ(served->shown.refusal, "");
    EXPECT_FALSE(served->shown.asks_client_certificate);
    EXPECT_EQ(served->verify_problem, "");
    EXPECT_EQ(served->name_problem, "");
}

TEST(Fetch, SaysThatOtherAnchorsDoNotVerifyIt) {
    const Fixture made;
    const ScriptedServer server({until_closed()}, made.tls());
    Endpoint endpoint = endpoint_of(server);
    const auto by_system = fetch(endpoint, kPatience, now());
    ASSERT_TRUE(by_system) << by_system.error().message;
    EXPECT_THAT(by_system->verify_problem, HasSubstr("unable to get local issuer certificate"));
    endpoint.anchors_pem = TestAuthority("stranger").pem();
    const auto by_stranger = fetch(endpoint, kPatience, now());
    ASSERT_TRUE(by_stranger) << by_stranger.error().message;
    EXPECT_EQ(by_stranger->verify_problem,
              "unable to get local issuer certificate (CN=probe-between)");
}

TEST(Fetch, JudgesByTheTimeGiven) {
    const Fixture made;
    const ScriptedServer server({until_closed()}, made.tls());
    Endpoint endpoint = endpoint_of(server);
    endpoint.anchors_pem = made.root.pem();
    const auto served = fetch(endpoint, kPatience, now() + std::chrono::hours(2));
    ASSERT_TRUE(served) << served.error().message;
    EXPECT_THAT(served->verify_problem, HasSubstr("certificate has expired"));
}

TEST(Fetch, SendsAndChecksTheServerName) {
    const Fixture made;
    tests::Gate accepted;
    const ScriptedServer server({[&](Connection&) { accepted.open(); }}, made.tls());
    Endpoint endpoint = endpoint_of(server);
    endpoint.server_name = "nova.example";
    const auto served = fetch(endpoint, kPatience, now());
    ASSERT_TRUE(served) << served.error().message;
    EXPECT_EQ(served->name_problem, "the certificate is not valid for nova.example");
    ASSERT_TRUE(accepted.wait());
    EXPECT_EQ(server.seen().at(0).server_name, "nova.example");
}

TEST(Fetch, SendsNoNameForAnAddress) {
    const Fixture made;
    tests::Gate accepted;
    const ScriptedServer server({[&](Connection&) { accepted.open(); }}, made.tls());
    ASSERT_TRUE(fetch(endpoint_of(server), kPatience, now()));
    ASSERT_TRUE(accepted.wait());
    EXPECT_EQ(server.seen().at(0).server_name, "");
}

TEST(Fetch, ShowsAServerThatSpeaksOldTlsOnly) {
    const Fixture made;
    auto tls = made.tls();
    tls.max_version = TLS1_1_VERSION;
    const ScriptedServer server({until_closed()}, tls);
    const auto served = fetch(endpoint_of(server), kPatience, now());
    ASSERT_TRUE(served) << served.error().message;
    EXPECT_EQ(served->shown.protocol, "TLSv1.1");
    EXPECT_EQ(served->shown.chain_pem, made.chain);
}

TEST(Fetch, ShowsAServerThatDemandsAClientCertificate) {
    const Fixture made;
    auto tls = made.tls();
    tls.client_ca_pem = made.root.pem();
    const ScriptedServer modern({until_closed()}, tls);
    tls.max_version = TLS1_2_VERSION;
    const ScriptedServer old({until_closed()}, tls);
    const auto by_modern = fetch(endpoint_of(modern), kPatience, now());
    ASSERT_TRUE(by_modern) << by_modern.error().message;
    EXPECT_TRUE(by_modern->shown.asks_client_certificate);
    const auto by_old = fetch(endpoint_of(old), kPatience, now());
    ASSERT_TRUE(by_old) << by_old.error().message;
    EXPECT_TRUE(by_old->shown.asks_client_certificate);
    EXPECT_EQ(by_old->shown.chain_pem, made.chain);
    EXPECT_THAT(by_old->shown.refusal, StartsWith("TLS handshake failed: "));
}

TEST(Fetch, QuotesAServerThatDoesNotSpeakTls) {
    const ScriptedServer ssh({[](Connection& connection) {
        connection.send("SSH-2.0-OpenSSH_9.2\r\nsecond line");
        connection.read_to_end();
    }});
    const Endpoint endpoint = endpoint_of(ssh);
    const auto served = fetch(endpoint, kPatience, now());
    ASSERT_FALSE(served);
    EXPECT_EQ(served.error().code, core::Code::kUnavailable);
    EXPECT_EQ(served.error().message,
              to_string(endpoint) + ": does not speak TLS (answered \"SSH-2.0-OpenSSH_9.2\")");
}

TEST(Fetch, ShowsNoRawByteOfAGreeting) {
    const ScriptedServer rude({[](Connection& connection) {
        connection.send("\x1b[2J\"\xff" + std::string(100, 'x') + "\r\n");
        connection.read_to_end();
    }});
    const auto served = fetch(endpoint_of(rude), kPatience, now());
    ASSERT_FALSE(served);
    EXPECT_THAT(served.error().message,
                HasSubstr("(answered \".[2J.." + std::string(34, 'x') + "\")"));
}

TEST(Fetch, SaysThatTheServerHungUp) {
    const ScriptedServer server({[](Connection&) {}});
    const auto served = fetch(endpoint_of(server), kPatience, now());
    ASSERT_FALSE(served);
    EXPECT_THAT(served.error().message, HasSubstr("closed the connection without an answer"));
}

TEST(Fetch, TellsAnAlertFromSilence) {
    const ScriptedServer server({[](Connection& connection) {
        connection.send(
            std::string("\x15\x03\x03\x00\x02\x02\x28", 7));  // fatal, handshake failure
        connection.read_to_end();
    }});
    const auto served = fetch(endpoint_of(server), kPatience, now());
    ASSERT_FALSE(served);
    EXPECT_THAT(served.error().message, HasSubstr("TLS handshake failed: "));
    EXPECT_THAT(served.error().message, HasSubstr("handshake failure"));
}

TEST(Fetch, EndsAtItsDeadline) {
    const ScriptedServer silent({until_closed()});
    const auto served = fetch(endpoint_of(silent), std::chrono::milliseconds(50), now());
    ASSERT_FALSE(served);
    EXPECT_EQ(served.error().code, core::Code::kUnavailable);
    EXPECT_THAT(served.error().message, HasSubstr(": no answer in time"));
}

/// A port that is taken, so that nobody else gets it, and refuses: bound, but not listened on.
class DeafPort {
  public:
    DeafPort() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        ::bind(socket_, reinterpret_cast<const sockaddr*>(&address), size);
        ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
        port_ = ntohs(address.sin_port);
    }
    DeafPort(const DeafPort&) = delete;
    DeafPort& operator=(const DeafPort&) = delete;
    ~DeafPort() { ::close(socket_); }
    std::uint16_t port() const { return port_; }

  private:
    int socket_;
    std::uint16_t port_ = 0;
};

TEST(Fetch, SaysThatTheConnectionIsRefused) {
    const DeafPort deaf;
    const Endpoint endpoint{.host = "127.0.0.1", .port = deaf.port()};
    const auto served = fetch(endpoint, kPatience, now());
    ASSERT_FALSE(served);
    EXPECT_EQ(served.error().code, core::Code::kUnavailable);
    EXPECT_EQ(served.error().message, to_string(endpoint) + ": connection refused");
}

TEST(Fetch, SaysOnceThatEachAddressRefuses) {
    const DeafPort deaf;
    const auto served = fetch({.host = "localhost", .port = deaf.port()}, kPatience, now());
    ASSERT_FALSE(served);
    EXPECT_THAT(served.error().message, HasSubstr("connection refused"));
    EXPECT_THAT(served.error().message, ::testing::Not(HasSubstr(";")));
}

}  // namespace

}  // namespace stackseal::probe
