// SPDX-License-Identifier: Apache-2.0
// flock(2) on STATE/.lock; the file's text is only for the message that another one reads.
#include "controller/local/lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>

#include "controller/core/concat.hpp"
#include "controller/local/io_error.hpp"

namespace stackseal::local {

namespace {

constexpr const char* kName = ".lock";

std::string holder(const Descriptor& file) {
    std::array<char, 32> text{};
    const ssize_t got = ::pread(file.get(), text.data(), text.size() - 1, 0);
    const std::string_view read(text.data(), got > 0 ? static_cast<std::size_t>(got) : 0);
    const std::string id(read.substr(0, read.find_first_not_of("0123456789")));
    return id.empty() ? std::string("another process") : "process " + id;
}

core::Error in_use(const Folder& state, const Descriptor& file) {
    const std::string who = holder(file);
    return {core::Code::kConflict,
            core::concat("the state directory ", state.path(), " is in use by ", who,
                         "; stop it first, or name another state directory")};
}

}  // namespace

core::Result<Lock> Lock::take(const Folder& state) {
    constexpr int kFlags = O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC;
    Descriptor file(::openat(state.fd(), kName, kFlags, 0600));
    if (!file) return io_error("open", state.path_of(kName), errno);
    if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK) return in_use(state, file);
        return io_error("lock", state.path_of(kName), errno);
    }
    const std::string id = std::to_string(::getpid()) + "\n";
    const bool noted = ::ftruncate(file.get(), 0) == 0 &&
                       ::pwrite(file.get(), id.data(), id.size(), 0) == ssize_t(id.size());
    if (!noted) return io_error("write", state.path_of(kName), errno);
    return Lock(std::move(file));
}

}  // namespace stackseal::local
