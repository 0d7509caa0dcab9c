// SPDX-License-Identifier: Apache-2.0
// What every test of the transport needs: certificates made once, a client for a server, answers.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "controller/core/concat.hpp"
#include "controller/http/cpprest_transport.hpp"
#include "tests/support/scripted_server.hpp"
#include "tests/support/test_certificates.hpp"

namespace stackseal::tests {

/// The CA that clients are told to trust.
const TestAuthority& trusted();
/// The CA that stands for the system's bundle: SSL_CERT_FILE named it before start_pool.
const TestAuthority& system_trusted();

/// A server's TLS with a certificate for localhost and 127.0.0.1 from trusted().
ScriptedServer::Tls good_tls();
ScriptedServer::Tls tls_of(const CertificatePair& pair);

/// Trusts trusted() and nothing else.
ports::TlsMaterial trusting();

std::unique_ptr<ports::Transport> client_of(const std::string& url,
                                            ports::TlsMaterial material = trusting());
std::unique_ptr<ports::Transport> client_of(http::Settings settings);

/// "HTTP/1.1 <status line>" with a Content-Length.
std::string answer(std::string_view status, std::string_view body,
                   std::string_view more_headers = "");
extern const char* const kChunkedHead;  ///< of a 200
std::string chunk(std::string_view data);
extern const char* const kLastChunk;

/// A script that answers each request with 200 and its own body until the client leaves.
void echo(Connection& connection);
/// A script that answers one request and closes.
ScriptedServer::Script once(std::string bytes);
/// A script that reads one request and then waits for the client to leave.
void never_answer(Connection& connection);

ports::Request get(std::string target = "/");
ports::Request post(std::string body, bool replayable = false);

/// Runs something and returns how long it took.
template <class F>
std::chrono::milliseconds time_of(F&& run) {
    const auto start = std::chrono::steady_clock::now();
    run();
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() -
                                                                 start);
}

}  // namespace stackseal::tests
