// SPDX-License-Identifier: Apache-2.0
// HTTP/1.1 as a Go server speaks it: a length or chunks, nothing else.
#include "tests/bench/yardstick/connection.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>
#include <array>
#include <cstdlib>
#include <stdexcept>

#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "controller/core/concat.hpp"

namespace stackseal::bench {

namespace {

void demand(bool holds, const std::string& what) {
    if (!holds) throw std::runtime_error(what);
}

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    demand(value != nullptr, core::concat("yardstick: set ", name));
    return value;
}

/// The value of a header, if a line is that header.
std::string_view header_in(std::string_view line, std::string_view name) {
    if (line.size() <= name.size() || line.substr(0, name.size()) != name) return {};
    line.remove_prefix(name.size());
    while (!line.empty() && line.front() == ' ') line.remove_prefix(1);
    return line;
}

}  // namespace

Server server_of_environment() {
    const std::string address = environment("SERVER");
    const auto colon = address.rfind(':');
    demand(colon != std::string::npos, "yardstick: SERVER is ADDRESS:PORT");
    return {address.substr(0, colon), address.substr(colon + 1), environment("CA_FILE"),
            environment("TOKEN")};
}

Connection::Connection(Server server)
    : server_(std::move(server)),
      context_(SSL_CTX_new(TLS_client_method()), SSL_CTX_free),
      tls_(nullptr, SSL_free) {
    demand(SSL_CTX_load_verify_file(context_.get(), server_.ca_file.c_str()) == 1,
           "yardstick: CA_FILE cannot be read");
    SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
    connect();
}

Connection::~Connection() {
    tls_.reset();
    if (socket_ >= 0) close(socket_);
}

void Connection::connect() {
    socket_ = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(std::stoi(server_.port)));
    inet_pton(AF_INET, server_.host.c_str(), &address.sin_addr);
    demand(::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0,
           "yardstick: no connection");
    const int on = 1;
    setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    tls_.reset(SSL_new(context_.get()));
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(tls_.get()), server_.host.c_str());
    SSL_set_fd(tls_.get(), socket_);
    demand(SSL_connect(tls_.get()) == 1, "yardstick: TLS handshake failed");
}

void Connection::send(const Request& request) {
    std::string text =
        core::concat(request.method, " ", request.target, " HTTP/1.1\r\nHost: ", server_.host,
                     "\r\nAuthorization: Bearer ", server_.token, "\r\n");
    if (!request.body.empty())
        text += core::concat("Content-Type: ", request.content_type,
                             "\r\nContent-Length: ", request.body.size(), "\r\n");
    text += "\r\n" + request.body;
    demand(SSL_write(tls_.get(), text.data(), static_cast<int>(text.size())) > 0,
           "yardstick: the connection broke");
}

void Connection::fill() {
    std::array<char, 16384> piece{};
    const int got = SSL_read(tls_.get(), piece.data(), static_cast<int>(piece.size()));
    demand(got > 0, "yardstick: the server ended the connection");
    unread_.append(piece.data(), static_cast<std::size_t>(got));
}

std::string Connection::read_line() {
    std::size_t end = 0;
    while ((end = unread_.find("\r\n")) == std::string::npos) fill();
    std::string line = unread_.substr(0, end);
    unread_.erase(0, end + 2);
    return line;
}

std::string Connection::read_bytes(std::size_t count) {
    while (unread_.size() < count) fill();
    std::string bytes = unread_.substr(0, count);
    unread_.erase(0, count);
    return bytes;
}

Connection::Head Connection::read_head() {
    Head head;
    head.status = std::stoi(read_line().substr(9, 3));
    for (std::string line = read_line(); !line.empty(); line = read_line()) {
        if (const auto length = header_in(line, "Content-Length:"); !length.empty())
            head.length = std::stoul(std::string(length));
        if (header_in(line, "Transfer-Encoding:") == "chunked") head.chunked = true;
    }
    return head;
}

std::string Connection::read_chunk() {
    const std::size_t size = std::stoul(read_line(), nullptr, 16);
    std::string chunk = read_bytes(size);
    read_line();
    return chunk;
}

std::string Connection::read_body(const Head& head) {
    if (!head.chunked) return read_bytes(head.length);
    std::string body;
    for (std::string chunk = read_chunk(); !chunk.empty(); chunk = read_chunk()) body += chunk;
    return body;
}

std::string Connection::exchange(const Request& request) {
    send(request);
    const Head head = read_head();
    std::string body = read_body(head);
    demand(head.status / 100 == 2, core::concat("yardstick: ", request.method, " ", request.target,
                                                ": ", head.status, " ", body));
    return body;
}

void Connection::stream(const std::string& target,
                        const std::function<bool(std::string_view)>& on_line) {
    send({"GET", target, "", ""});
    demand(read_head().status == 200, "yardstick: the watch was refused");
    std::string begun;
    while (true) {
        begun += read_chunk();
        std::size_t from = 0;
        for (std::size_t end = 0; (end = begun.find('\n', from)) != std::string::npos;
             from = end + 1)
            if (!on_line(std::string_view(begun).substr(from, end - from))) return;
        begun.erase(0, from);
    }
}

}  // namespace stackseal::bench
