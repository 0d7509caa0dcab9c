// SPDX-License-Identifier: Apache-2.0
// inotify(7) and an eventfd for stopping, behind one poll.
#include "controller/local/inotify_watch.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

#include "controller/core/concat.hpp"
#include "controller/local/io_error.hpp"

namespace stackseal::local {

using core::Result;

namespace {

/// IN_MODIFY, too: while a file is still being written it is too early to read the folder.
constexpr std::uint32_t kMask = IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_MODIFY |
                                IN_CLOSE_WRITE | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;

core::Error limit_error(const char* what) {
    return {core::Code::kUnavailable,
            core::concat("cannot watch for changes: ", std::generic_category().message(errno),
                         "; raise fs.inotify.", what,
                         ", until then changes are found only by looking now and then")};
}

}  // namespace

Result<std::unique_ptr<InotifyWatch>> InotifyWatch::open() {
    Descriptor events(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
    if (!events) return limit_error("max_user_instances");
    Descriptor wake(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
    if (!wake) return io_error("open", "an eventfd", errno);
    return std::unique_ptr<InotifyWatch>(new InotifyWatch(std::move(events), std::move(wake)));
}

Result<void> InotifyWatch::follow(const Folder& folder, Topic topic) {
    // By descriptor, so that it is the folder that was opened and not what its path is by now.
    const std::string path = core::concat("/proc/self/fd/", folder.fd());
    const std::lock_guard lock(mutex_);
    const int watch = ::inotify_add_watch(events_.get(), path.c_str(), kMask);
    if (watch < 0) return limit_error("max_user_watches");
    topics_[watch] = std::move(topic);
    return {};
}

Result<Happenings> InotifyWatch::wait(std::chrono::milliseconds timeout) {
    std::array<pollfd, 2> fds{{{events_.get(), POLLIN, 0}, {wake_.get(), POLLIN, 0}}};
    const int ready = ::poll(fds.data(), fds.size(), static_cast<int>(timeout.count()));
    if (ready < 0 && errno != EINTR) return io_error("wait for", "changes", errno);
    if (ready <= 0) return Happenings{};
    STACKSEAL_TRY(Happenings found, drain());
    std::uint64_t count = 0;
    found.interrupted = ::read(wake_.get(), &count, sizeof count) == sizeof count;
    return found;
}

Result<Happenings> InotifyWatch::drain() {
    alignas(inotify_event) std::array<char, 64U << 10U> buffer;
    Happenings found;
    while (true) {
        const ssize_t size = ::read(events_.get(), buffer.data(), buffer.size());
        if (size < 0 && errno == EINTR) continue;
        if (size < 0 && errno == EAGAIN) break;
        if (size <= 0) return io_error("read", "changes", errno);
        for (ssize_t at = 0; at < size;) {
            inotify_event event{};
            std::memcpy(&event, buffer.data() + at, sizeof event);
            const char* name = buffer.data() + at + sizeof event;
            found.overflow = found.overflow || (event.mask & IN_Q_OVERFLOW) != 0;
            if (auto topic = topic_of(event.wd, (event.mask & IN_IGNORED) != 0))
                found.seen.push_back({*std::move(topic), event.len == 0 ? "" : name});
            at += static_cast<ssize_t>(sizeof event + event.len);
        }
    }
    std::ranges::sort(found.seen);
    found.seen.erase(std::ranges::unique(found.seen).begin(), found.seen.end());
    return found;
}

std::optional<Topic> InotifyWatch::topic_of(int watch, bool last) {
    const std::lock_guard lock(mutex_);
    const auto found = topics_.find(watch);
    if (found == topics_.end()) return std::nullopt;
    std::optional<Topic> topic = found->second;
    if (last) topics_.erase(found);
    return topic;
}

void InotifyWatch::interrupt() noexcept {
    const std::uint64_t one = 1;
    // It can fail only when the counter is full, and then the wait ends anyway.
    [[maybe_unused]] const ssize_t put = ::write(wake_.get(), &one, sizeof one);
}

}  // namespace stackseal::local
