// SPDX-License-Identifier: Apache-2.0
// The cheapest client that can be written: a kept-alive connection, blocking, without the product's
// HTTP room, so that what the product is held against owes nothing to it.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

struct ssl_st;
struct ssl_ctx_st;

namespace stackseal::bench {

/// An API server on loopback, and who asks it.
struct Server {
    std::string host;  ///< an IPv4 address
    std::string port;
    std::string ca_file;
    std::string token;
};

/// SERVER, CA_FILE and TOKEN of the environment; throws if one is missing.
Server server_of_environment();

/// One request. Content type: of the body; "" without one.
struct Request {
    std::string method;
    std::string target;
    std::string content_type;
    std::string body;
};

/// For one thread. Whatever fails throws std::runtime_error.
class Connection {
  public:
    explicit Connection(Server server);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// The body of the answer, which must be a 2xx.
    std::string exchange(const Request& request);
    /// Hands over each line of an endless answer until on_line returns false.
    void stream(const std::string& target, const std::function<bool(std::string_view)>& on_line);

  private:
    struct Head {
        int status = 0;
        std::size_t length = 0;
        bool chunked = false;
    };
    void connect();
    void send(const Request& request);
    void fill();
    Head read_head();
    std::string read_line();
    std::string read_bytes(std::size_t count);
    std::string read_chunk();
    std::string read_body(const Head& head);

    Server server_;
    std::unique_ptr<ssl_ctx_st, void (*)(ssl_ctx_st*)> context_;
    std::unique_ptr<ssl_st, void (*)(ssl_st*)> tls_;
    int socket_ = -1;
    std::string unread_;
};

}  // namespace stackseal::bench
