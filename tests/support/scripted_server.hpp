// SPDX-License-Identifier: Apache-2.0
// A server that does what a test says, byte by byte, and keeps what it was told. Plain or TLS.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

struct ssl_st;
struct ssl_ctx_st;

namespace stackseal::tests {

/// A gate between threads: closed until opened, open for ever after. Waits end after ten seconds,
/// so that a broken test fails instead of hanging.
class Gate {
  public:
    void open();
    bool wait();

  private:
    std::mutex mutex_;
    std::condition_variable opened_;
    bool open_ = false;
};

/// What one connection has shown.
struct Seen {
    std::string server_name;            ///< SNI; "" for none
    std::string client;                 ///< subject of the client's certificate; "" for none
    std::vector<std::string> requests;  ///< head and body, as they came
};

/// A script's view of its connection.
class Connection {
  public:
    Connection(int socket, ssl_st* tls, std::function<void(std::string)> record);

    /// The next request, head and body by its Content-Length; "" when the peer closed instead.
    std::string read_request();
    /// False when the peer is gone.
    bool send(std::string_view bytes);
    /// Waits until the peer closes; whatever comes before is thrown away.
    void read_to_end();
    /// Sends a piece again and again, until the peer is gone, or it took limit bytes, or it took
    /// nothing for as long as quiet. Returns the bytes that were taken.
    std::size_t flood(std::string_view piece, std::size_t limit, std::chrono::milliseconds quiet);
    /// The connection will end with RST instead of a proper close.
    void reset();

    bool wants_reset() const { return reset_; }

  private:
    std::string read_some();
    long write_some(std::string_view bytes);

    int socket_;
    ssl_st* tls_;
    std::function<void(std::string)> record_;
    std::string unread_;
    bool reset_ = false;
};

/// Serves each connection on a thread of its own, on 127.0.0.1 and a free port.
class ScriptedServer {
  public:
    using Script = std::function<void(Connection&)>;

    struct Tls {
        std::string chain_pem;
        std::string key_pem;
        std::string client_ca_pem;  ///< a client certificate is demanded if set
        int max_version = 0;        ///< 0: the newest
    };

    /// The n-th connection runs the n-th script; further ones run the last again.
    explicit ScriptedServer(std::vector<Script> scripts, std::optional<Tls> tls = {});
    ~ScriptedServer();
    ScriptedServer(const ScriptedServer&) = delete;
    ScriptedServer& operator=(const ScriptedServer&) = delete;

    std::string url(std::string_view host = "127.0.0.1") const;
    /// All connections so far, in the order in which they were accepted; a failed handshake too.
    std::vector<Seen> seen() const;
    /// The same, flat: every request on any connection.
    std::vector<std::string> requests() const;
    /// Blocks until that many requests have come in; false after ten seconds.
    bool wait_for_requests(std::size_t count) const;

  private:
    struct Peer {
        Seen seen;
        std::thread thread;
        int socket = -1;
    };
    void accept_all();
    void serve(Peer& peer, std::size_t index);
    void run(Peer& peer, ssl_st* tls, const Script& script);

    std::vector<Script> scripts_;
    std::shared_ptr<ssl_ctx_st> tls_;
    int listener_ = -1;
    std::uint16_t port_ = 0;
    mutable std::mutex mutex_;
    mutable std::condition_variable changed_;
    std::list<Peer> peers_;  ///< by mutex_; never shrinks
    std::size_t requests_ = 0;
    bool stopping_ = false;
    std::thread acceptor_;
};

}  // namespace stackseal::tests
