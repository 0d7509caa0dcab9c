// SPDX-License-Identifier: Apache-2.0
// Sockets by poll(2). Errors say the reason only; the caller knows the endpoint.
#include "controller/probe/socket.hpp"

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <memory>
#include <system_error>
#include <utility>
#include <vector>

#include "controller/core/concat.hpp"

namespace stackseal::probe {

namespace {

using core::Code;
using core::Result;

struct FreeAddresses {
    void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};
using Addresses = std::unique_ptr<addrinfo, FreeAddresses>;

/// The system's words for an error number, in the house's lower case.
core::Error failure(int number) {
    std::string reason = std::generic_category().message(number);
    if (!reason.empty())
        reason.front() = static_cast<char>(std::tolower(static_cast<unsigned char>(reason[0])));
    return {Code::kUnavailable, std::move(reason)};
}

bool would_block(int number) {
    return number == EAGAIN || number == EWOULDBLOCK || number == EINTR;
}

Result<void> wait_for(int descriptor, short events, const Deadline& deadline) {
    pollfd waiting{descriptor, events, 0};
    int ready = 0;
    do {
        ready = ::poll(&waiting, 1, static_cast<int>(deadline.left().count()));
    } while (ready < 0 && errno == EINTR);
    if (ready < 0) return failure(errno);
    if (ready == 0) return core::Error{Code::kUnavailable, "no answer in time"};
    return {};
}

Result<Addresses> resolve(const Endpoint& endpoint) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_NUMERICSERV;
    addrinfo* list = nullptr;
    const std::string port = std::to_string(endpoint.port);
    const int refused = ::getaddrinfo(endpoint.host.c_str(), port.c_str(), &hints, &list);
    if (refused == EAI_SYSTEM) return failure(errno);
    if (refused == EAI_NONAME)
        return core::Error{Code::kNotFound, "the host name has no address; check its spelling"};
    if (refused != 0) return core::Error{Code::kUnavailable, ::gai_strerror(refused)};
    return Addresses(list);
}

Result<void> finish_connect(const Socket& socket, const Deadline& deadline) {
    STACKSEAL_CHECK(wait_for(socket.descriptor(), POLLOUT, deadline));
    int number = 0;
    socklen_t size = sizeof number;
    if (::getsockopt(socket.descriptor(), SOL_SOCKET, SO_ERROR, &number, &size) != 0)
        return failure(errno);
    if (number != 0) return failure(number);
    return {};
}

Result<Socket> connect_one(const addrinfo& address, const Deadline& deadline) {
    Socket socket(
        ::socket(address.ai_family, address.ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (socket.descriptor() < 0) return failure(errno);
    if (::connect(socket.descriptor(), address.ai_addr, address.ai_addrlen) == 0) return socket;
    if (errno != EINPROGRESS) return failure(errno);
    STACKSEAL_CHECK(finish_connect(socket, deadline));
    return socket;
}

std::vector<const addrinfo*> in_order(const Addresses& list) {
    std::vector<const addrinfo*> all;
    for (const addrinfo* one = list.get(); one != nullptr; one = one->ai_next) all.push_back(one);
    return all;
}

}  // namespace

Socket::Socket(Socket&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

Socket::~Socket() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

Result<void> Socket::send(std::string_view bytes, const Deadline& deadline) const {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent >= 0) {
            bytes.remove_prefix(static_cast<std::size_t>(sent));
            continue;
        }
        if (!would_block(errno)) return failure(errno);
        STACKSEAL_CHECK(wait_for(descriptor_, POLLOUT, deadline));
    }
    return {};
}

Result<std::string> Socket::receive(const Deadline& deadline) const {
    std::array<char, 16 * 1024> buffer{};
    while (true) {
        STACKSEAL_CHECK(wait_for(descriptor_, POLLIN, deadline));
        const ssize_t got = ::recv(descriptor_, buffer.data(), buffer.size(), 0);
        if (got >= 0) return std::string(buffer.data(), static_cast<std::size_t>(got));
        if (!would_block(errno)) return failure(errno);
    }
}

Result<Socket> connect_to(const Endpoint& endpoint, const Deadline& deadline) {
    STACKSEAL_TRY(const Addresses addresses, resolve(endpoint));
    const auto all = in_order(addresses);
    std::vector<std::string> reasons;
    for (std::size_t i = 0; i < all.size(); ++i) {
        auto socket = connect_one(*all[i], deadline.share(all.size() - i));
        if (socket) return socket;
        if (std::ranges::find(reasons, socket.error().message) == reasons.end())
            reasons.push_back(socket.error().message);
    }
    return core::Error{Code::kUnavailable, core::join(reasons, "; ")};
}

}  // namespace stackseal::probe
