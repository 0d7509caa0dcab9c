// SPDX-License-Identifier: Apache-2.0
// Blocking sockets and plain OpenSSL, so that it shares no code with the client under test.
#include "tests/support/scripted_server.hpp"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>
#include <csignal>
#include <cstdlib>
#include <stdexcept>

#include <openssl/pem.h>
#include <openssl/ssl.h>

namespace stackseal::tests {

namespace {

constexpr std::chrono::seconds kPatience{10};

void demand(bool holds, const char* what) {
    if (!holds) throw std::runtime_error(what);
}

using BioHandle = std::unique_ptr<BIO, decltype(&BIO_free)>;

BioHandle bio_of(const std::string& pem) {
    return {BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free};
}

void load_chain(SSL_CTX* context, const std::string& pem) {
    const auto bio = bio_of(pem);
    X509* leaf = PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr);
    demand(SSL_CTX_use_certificate(context, leaf) == 1, "server certificate");
    X509_free(leaf);
    while (X509* above = PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr))
        SSL_CTX_add0_chain_cert(context, above);
}

void load_key(SSL_CTX* context, const std::string& pem) {
    const auto bio = bio_of(pem);
    EVP_PKEY* key = PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr);
    demand(SSL_CTX_use_PrivateKey(context, key) == 1, "server key");
    EVP_PKEY_free(key);
}

void demand_client(SSL_CTX* context, const std::string& ca_pem) {
    const auto bio = bio_of(ca_pem);
    X509* ca = PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr);
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context), ca);
    X509_free(ca);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
}

std::shared_ptr<SSL_CTX> make_context(const ScriptedServer::Tls& tls) {
    std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
    load_chain(context.get(), tls.chain_pem);
    load_key(context.get(), tls.key_pem);
    if (!tls.client_ca_pem.empty()) demand_client(context.get(), tls.client_ca_pem);
    if (tls.max_version != 0) {
        SSL_CTX_set_cipher_list(context.get(), "ALL:@SECLEVEL=0");
        SSL_CTX_set_min_proto_version(context.get(), TLS1_VERSION);
        SSL_CTX_set_max_proto_version(context.get(), tls.max_version);
    }
    return context;
}

std::string subject_of_peer(const SSL* tls) {
    const X509* certificate = SSL_get0_peer_certificate(tls);
    if (certificate == nullptr) return "";
    char name[256] = "";
    X509_NAME_oneline(X509_get_subject_name(certificate), name, sizeof name);
    return name;
}

std::size_t content_length(std::string_view head) {
    const auto at = head.find("Content-Length:");
    return at == std::string_view::npos
               ? 0
               : std::strtoul(std::string(head.substr(at + 15, 20)).c_str(), nullptr, 10);
}

int listen_on_loopback() {
    const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int small = 64 * 1024;  // what the kernel would take in unread is no back-pressure
    ::setsockopt(listener, SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    demand(::bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0, "bind");
    demand(::listen(listener, 128) == 0, "listen");
    return listener;
}

std::uint16_t port_of(int listener) {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
    return ntohs(address.sin_port);
}

void end_connection(int socket, SSL* tls, bool with_reset) {
    if (with_reset) {
        const linger at_once{1, 0};
        ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    } else {
        if (tls != nullptr) SSL_shutdown(tls);
        ::shutdown(socket, SHUT_WR);
    }
}

}  // namespace

void Gate::open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    opened_.notify_all();
}

bool Gate::wait() {
    std::unique_lock lock(mutex_);
    return opened_.wait_for(lock, kPatience, [&] { return open_; });
}

Connection::Connection(int socket, SSL* tls, std::function<void(std::string)> record)
    : socket_(socket), tls_(tls), record_(std::move(record)) {}

std::string Connection::read_some() {
    char buffer[16 * 1024];
    const long size = tls_ != nullptr ? SSL_read(tls_, buffer, sizeof buffer)
                                      : ::recv(socket_, buffer, sizeof buffer, 0);
    return size > 0 ? std::string(buffer, static_cast<std::size_t>(size)) : std::string();
}

long Connection::write_some(std::string_view bytes) {
    return tls_ != nullptr ? SSL_write(tls_, bytes.data(), static_cast<int>(bytes.size()))
                           : ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
}

std::string Connection::read_request() {
    const auto read_until = [&](auto enough) {
        while (!enough()) {
            const std::string more = read_some();
            if (more.empty()) return false;
            unread_ += more;
        }
        return true;
    };
    if (!read_until([&] { return unread_.find("\r\n\r\n") != std::string::npos; })) return "";
    const std::size_t head = unread_.find("\r\n\r\n") + 4;
    const std::size_t size = head + content_length(std::string_view(unread_).substr(0, head));
    if (!read_until([&] { return unread_.size() >= size; })) return "";
    std::string request = unread_.substr(0, size);
    unread_.erase(0, size);
    record_(request);
    return request;
}

bool Connection::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const long sent = write_some(bytes);
        if (sent <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

void Connection::read_to_end() {
    while (!read_some().empty()) {
    }
}

std::size_t Connection::flood(std::string_view piece, std::size_t limit,
                              std::chrono::milliseconds quiet) {
    const timeval patience{0, static_cast<suseconds_t>(quiet.count() * 1000)};
    ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    std::size_t taken = 0;
    while (taken < limit && write_some(piece) == static_cast<long>(piece.size()))
        taken += piece.size();
    return taken;
}

void Connection::reset() {
    reset_ = true;
}

ScriptedServer::ScriptedServer(std::vector<Script> scripts, std::optional<Tls> tls)
    : scripts_(std::move(scripts)) {
    std::signal(SIGPIPE, SIG_IGN);  // SSL_write has no MSG_NOSIGNAL
    if (tls) tls_ = make_context(*tls);
    listener_ = listen_on_loopback();
    port_ = port_of(listener_);
    acceptor_ = std::thread([this] { accept_all(); });
}

ScriptedServer::~ScriptedServer() {
    ::shutdown(listener_, SHUT_RDWR);
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        for (const Peer& peer : peers_) ::shutdown(peer.socket, SHUT_RDWR);
    }
    acceptor_.join();
    for (Peer& peer : peers_) {
        peer.thread.join();
        ::close(peer.socket);
    }
    ::close(listener_);
}

std::string ScriptedServer::url(std::string_view host) const {
    return (tls_ ? "https://" : "http://") + std::string(host) + ":" + std::to_string(port_);
}

void ScriptedServer::accept_all() {
    for (std::size_t index = 0;; ++index) {
        const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (socket < 0) return;
        const std::lock_guard lock(mutex_);
        Peer& peer = peers_.emplace_back();
        peer.socket = socket;
        if (stopping_) ::shutdown(socket, SHUT_RDWR);
        peer.thread = std::thread([this, &peer, index] { serve(peer, index); });
    }
}

void ScriptedServer::serve(Peer& peer, std::size_t index) {
    const Script& script = scripts_[std::min(index, scripts_.size() - 1)];
    if (!tls_) return run(peer, nullptr, script);
    const std::unique_ptr<SSL, decltype(&SSL_free)> tls(SSL_new(tls_.get()), SSL_free);
    SSL_set_fd(tls.get(), peer.socket);
    const bool accepted = SSL_accept(tls.get()) == 1;
    {
        const std::lock_guard lock(mutex_);
        const char* name = SSL_get_servername(tls.get(), TLSEXT_NAMETYPE_host_name);
        peer.seen.server_name = name == nullptr ? "" : name;
        peer.seen.client = subject_of_peer(tls.get());
    }
    if (accepted) return run(peer, tls.get(), script);
    ::shutdown(peer.socket, SHUT_RDWR);
}

void ScriptedServer::run(Peer& peer, SSL* tls, const Script& script) {
    Connection connection(peer.socket, tls, [&](std::string request) {
        const std::lock_guard lock(mutex_);
        peer.seen.requests.push_back(std::move(request));
        ++requests_;
        changed_.notify_all();
    });
    script(connection);
    end_connection(peer.socket, tls, connection.wants_reset());
    if (!connection.wants_reset()) return connection.read_to_end();
    // Only the last close of a socket sends the reset.
    const int empty = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ::dup2(empty, peer.socket);
    ::close(empty);
}

std::vector<Seen> ScriptedServer::seen() const {
    const std::lock_guard lock(mutex_);
    std::vector<Seen> all;
    for (const Peer& peer : peers_) all.push_back(peer.seen);
    return all;
}

std::vector<std::string> ScriptedServer::requests() const {
    std::vector<std::string> all;
    for (const Seen& each : seen())
        all.insert(all.end(), each.requests.begin(), each.requests.end());
    return all;
}

bool ScriptedServer::wait_for_requests(std::size_t count) const {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kPatience, [&] { return requests_ >= count; });
}

}  // namespace stackseal::tests
