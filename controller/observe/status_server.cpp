// SPDX-License-Identifier: Apache-2.0
// civetweb behind the routes. Never TLS: the packaged library crashes with OpenSSL 3, and has no
// IPv6.
#include "controller/observe/status_server.hpp"

#include <arpa/inet.h>
#include <civetweb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <cstdint>
#include <exception>
#include <future>
#include <mutex>
#include <vector>

#include "controller/core/concat.hpp"
#include "controller/observe/utf8.hpp"

namespace stackseal::observe {

namespace {

/// Limits that hold off slow and greedy clients; keep-alive without tcp_nodelay costs 43 ms a
/// request.
constexpr std::array<const char*, 13> kOptions = {"num_threads",
                                                  "4",
                                                  "request_timeout_ms",
                                                  "2000",
                                                  "tcp_nodelay",
                                                  "1",
                                                  "enable_keep_alive",
                                                  "yes",
                                                  "max_request_size",
                                                  "8192",
                                                  "decode_url",
                                                  "no",
                                                  nullptr};

struct Endpoint {
    std::string host;
    in_addr parsed{};
    int port = 0;
};

core::Error unusable(std::string_view address, std::string_view why) {
    return {core::Code::kInvalid, core::concat("status address \"", clean(address, 80), "\": ", why,
                                               "; write it as 127.0.0.1:9402 or :9402")};
}

/// Strict, because civetweb reads more into this text: a list of ports, and "80s" for TLS.
core::Result<Endpoint> parse_endpoint(std::string_view address) {
    const auto colon = address.rfind(':');
    if (colon == address.npos) return unusable(address, "no port");
    Endpoint out{.host = std::string(address.substr(0, colon))};
    if (out.host.empty()) out.host = "0.0.0.0";
    if (out.host.starts_with('[')) return unusable(address, "IPv6 is not served");
    const std::string_view digits = address.substr(colon + 1);
    const auto [end, failed] =
        std::from_chars(digits.data(), digits.data() + digits.size(), out.port);
    if (failed != std::errc{} || end != digits.data() + digits.size() || out.port < 0 ||
        out.port > 65535)
        return unusable(address, "the port is not a number from 0 to 65535");
    if (inet_pton(AF_INET, out.host.c_str(), &out.parsed) != 1)
        return unusable(address, "the host is not an IPv4 address");
    return out;
}

std::string_view reason_phrase(int status) {
    switch (status) {
        case 200:
            return "OK";
        case 404:
            return "Not Found";
        case 405:
            return "Method Not Allowed";
        default:
            return "Internal Server Error";
    }
}

std::string head_of(const StatusAnswer& answer) {
    return core::concat(
        "HTTP/1.1 ", answer.status, " ", reason_phrase(answer.status),
        "\r\nContent-Type: ", answer.type, "\r\nContent-Length: ", answer.body.size(),
        "\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n",
        answer.status == 405 ? "Allow: GET, HEAD\r\nConnection: close\r\n" : "", "\r\n");
}

/// Connects and hangs up.
void knock(in_addr host, int port) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(static_cast<std::uint16_t>(port));
    to.sin_addr = host;
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) return;
    connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof to);
    close(fd);
}

std::string_view text_or_empty(const char* text) {
    return text == nullptr ? "" : text;
}

}  // namespace

struct StatusServer::Server {
    Server(StatusPages p, ports::Log& l) : pages(std::move(p)), log(l) { mg_init_library(0); }
    ~Server() {
        if (context != nullptr) stop();
        mg_exit_library();
    }
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    core::Result<void> listen(const Endpoint& endpoint);
    void stop() const;
    int real_port() const;
    StatusAnswer respond(const StatusRequest& request) const;

    static int on_request(mg_connection* connection);
    static int on_message(const mg_connection* connection, const char* message);

    StatusPages pages;
    ports::Log& log;
    mg_context* context = nullptr;
    in_addr host{};
    int port = 0;
    std::mutex mutex;           // guards first_message: the server's threads may complain too
    std::string first_message;  // why listen() failed, in civetweb's words
};

core::Result<void> StatusServer::Server::listen(const Endpoint& endpoint) {
    const std::string address = core::concat(endpoint.host, ":", endpoint.port);
    std::vector<const char*> options = {"listening_ports", address.c_str()};
    options.insert(options.end(), kOptions.begin(), kOptions.end());
    mg_callbacks callbacks{};
    callbacks.begin_request = on_request;
    callbacks.log_message = on_message;
    mg_init_data init{&callbacks, this, options.data()};
    unsigned code = 0;
    std::array<char, 256> text{};
    mg_error_data failure{&code, text.data(), text.size()};
    context = mg_start2(&init, &failure);
    if (context != nullptr) {
        host = endpoint.parsed;
        port = real_port();
        return {};
    }
    const std::lock_guard lock(mutex);
    const std::string why = first_message.empty() ? std::string(text.data()) : first_message;
    return core::Error{core::Code::kUnavailable,
                       core::concat("cannot serve metrics and health at ", address, ": ", why,
                                    "; free the port or choose another address")};
}

void StatusServer::Server::stop() const {
    // Its accepting thread looks for a stop every two seconds, or when somebody knocks.
    const auto stopped = std::async(std::launch::async, mg_stop, context);
    while (stopped.wait_for(std::chrono::milliseconds(10)) != std::future_status::ready)
        knock(host, port);
}

int StatusServer::Server::real_port() const {
    mg_server_port bound{};
    return mg_get_server_ports(context, 1, &bound) == 1 ? bound.port : 0;
}

StatusAnswer StatusServer::Server::respond(const StatusRequest& request) const {
    try {
        return answer(request, pages);
    } catch (const std::exception& thrown) {
        log.error("status page failed",
                  {{"path", std::string(request.path)}, {"error", thrown.what()}});
        return {.status = 500, .body = "internal error\n"};
    }
}

int StatusServer::Server::on_request(mg_connection* connection) {
    const mg_request_info* info = mg_get_request_info(connection);
    const auto* self = static_cast<const Server*>(info->user_data);
    const StatusRequest request{text_or_empty(info->request_method), text_or_empty(info->local_uri),
                                text_or_empty(info->query_string),
                                text_or_empty(mg_get_header(connection, "Accept"))};
    const StatusAnswer sent = self->respond(request);
    const std::string head = head_of(sent);
    if (sent.status == 405) mg_disable_keep_alive(connection);  // its body was not read
    mg_write(connection, head.data(), head.size());
    if (request.method != "HEAD") mg_write(connection, sent.body.data(), sent.body.size());
    return sent.status;
}

int StatusServer::Server::on_message(const mg_connection* connection, const char* message) {
    auto* self = static_cast<Server*>(mg_get_user_data(mg_get_context(connection)));
    const std::lock_guard lock(self->mutex);
    if (self->first_message.empty()) self->first_message = message;
    return 1;
}

StatusServer::StatusServer(StatusPages pages, ports::Log& log)
    : server_(std::make_unique<Server>(std::move(pages), log)) {}

StatusServer::~StatusServer() = default;

core::Result<std::unique_ptr<StatusServer>> StatusServer::start(std::string_view address,
                                                                StatusPages pages,
                                                                ports::Log& log) {
    STACKSEAL_TRY(const Endpoint endpoint, parse_endpoint(address));
    std::unique_ptr<StatusServer> out(new StatusServer(std::move(pages), log));
    STACKSEAL_CHECK(out->server_->listen(endpoint));
    out->port_ = out->server_->port;
    out->address_ = core::concat(endpoint.host, ":", out->port_);
    return out;
}

}  // namespace stackseal::observe
