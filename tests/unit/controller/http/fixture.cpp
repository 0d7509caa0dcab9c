// SPDX-License-Identifier: Apache-2.0
// Certificates once per process; SSL_CERT_FILE is set before the adapter looks at it.
#include "tests/unit/controller/http/fixture.hpp"

#include <stdlib.h>  // setenv is POSIX, not std
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>

#include <gtest/gtest.h>

#include "controller/http/pool.hpp"

namespace stackseal::tests {

const char* const kChunkedHead = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
const char* const kLastChunk = "0\r\n\r\n";

const TestAuthority& trusted() {
    static const TestAuthority authority("trusted test root");
    return authority;
}

const TestAuthority& system_trusted() {
    static const TestAuthority authority("system test root");
    return authority;
}

namespace {

/// Before any test: whoever came first would have the machine's own bundle stand for the system's.
/// What a cancelled call leaves behind ends a few turns of the pool later: before the process does,
/// or it would look like a leak.
class OwnSystemBundle : public testing::Environment {
  public:
    void SetUp() override {
        std::ofstream(path_) << system_trusted().pem();
        ::setenv("SSL_CERT_FILE", path_.c_str(), 1);
        http::start_pool();
        ASSERT_EQ(http::users_trust_file(), path_);
    }
    void TearDown() override {
        for (int turn = 0; turn < 20; ++turn)
            ASSERT_TRUE(http::pool_answers(std::chrono::seconds(10)));
        std::remove(path_.c_str());
    }

  private:
    const std::string path_ =
        core::concat(testing::TempDir(), "stackseal-http-test-bundle-", ::getpid(), ".pem");
};
const auto* const kOwnSystemBundle = testing::AddGlobalTestEnvironment(new OwnSystemBundle);

}  // namespace

ScriptedServer::Tls tls_of(const CertificatePair& pair) {
    return {.chain_pem = pair.certificate_pem, .key_pem = pair.key_pem};
}

ScriptedServer::Tls good_tls() {
    static const CertificatePair pair =
        trusted().issue({.common_name = "server", .names = {"DNS:localhost", "IP:127.0.0.1"}});
    return tls_of(pair);
}

ports::TlsMaterial trusting() {
    ports::TlsMaterial material;
    material.ca_pem = trusted().pem();
    return material;
}

std::unique_ptr<ports::Transport> client_of(http::Settings settings) {
    auto transport = http::connect(std::move(settings));
    if (!transport) throw std::runtime_error(transport.error().message);
    return *std::move(transport);
}

std::unique_ptr<ports::Transport> client_of(const std::string& url, ports::TlsMaterial material) {
    const auto shared = std::make_shared<const ports::TlsMaterial>(std::move(material));
    return client_of({.url = url, .tls = [shared] {
                          return core::Result<std::shared_ptr<const ports::TlsMaterial>>(shared);
                      }});
}

std::string answer(std::string_view status, std::string_view body, std::string_view more_headers) {
    return core::concat("HTTP/1.1 ", status, "\r\nContent-Length: ", body.size(), "\r\n",
                        more_headers, "\r\n", body);
}

std::string chunk(std::string_view data) {
    char size[32];
    std::snprintf(size, sizeof size, "%zx\r\n", data.size());
    return core::concat(size, data, "\r\n");
}

void echo(Connection& connection) {
    for (;;) {
        const std::string request = connection.read_request();
        if (request.empty()) return;
        const auto body = std::string_view(request).substr(request.find("\r\n\r\n") + 4);
        if (!connection.send(answer("200 OK", body))) return;
    }
}

ScriptedServer::Script once(std::string bytes) {
    return [bytes = std::move(bytes)](Connection& connection) {
        connection.read_request();
        connection.send(bytes);
    };
}

void never_answer(Connection& connection) {
    connection.read_request();
    connection.read_to_end();
}

ports::Request get(std::string target) {
    return {.method = "GET", .target = std::move(target)};
}

ports::Request post(std::string body, bool replayable) {
    return {
        .method = "POST", .target = "/things", .body = std::move(body), .replayable = replayable};
}

}  // namespace stackseal::tests
