// SPDX-License-Identifier: Apache-2.0
// The system calls on folders and files: each relative to an open folder, none following a link.
#include "controller/local/folder.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "controller/core/concat.hpp"
#include "controller/core/secret_bytes.hpp"
#include "controller/local/io_error.hpp"

namespace stackseal::local {

using core::Result;

Descriptor::Descriptor(Descriptor&& other) noexcept : fd_(other.release()) {}

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
}

Descriptor::~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
}

namespace {

constexpr int kFolderFlags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
constexpr int kReadFlags = O_RDONLY | O_NONBLOCK | O_CLOEXEC;  // a FIFO must not block us
constexpr mode_t kFolderMode = 0700;
constexpr mode_t kFileMode = 0600;
constexpr off_t kWipeLimit = 4 << 20;

EntryKind kind_of(const struct stat& info) {
    if (S_ISREG(info.st_mode)) return EntryKind::kFile;
    if (S_ISDIR(info.st_mode)) return EntryKind::kFolder;
    return S_ISLNK(info.st_mode) ? EntryKind::kLink : EntryKind::kOther;
}

EntryKind kind_of(int folder, const dirent& entry) {
    switch (entry.d_type) {
        case DT_REG:
            return EntryKind::kFile;
        case DT_DIR:
            return EntryKind::kFolder;
        case DT_LNK:
            return EntryKind::kLink;
        case DT_UNKNOWN:
            break;
        default:
            return EntryKind::kOther;
    }
    struct stat info {};
    const int answer = ::fstatat(folder, entry.d_name, &info, AT_SYMLINK_NOFOLLOW);
    return answer == 0 ? kind_of(info) : EntryKind::kOther;
}

/// Reads an open file to its end. Takes one byte more than it should have, to notice growth.
Result<std::string> read_all(const Descriptor& file, const std::string& path, std::size_t limit) {
    struct stat info {};
    if (::fstat(file.get(), &info) != 0) return io_error("read", path, errno);
    if (!S_ISREG(info.st_mode)) return io_error("read", path, EINVAL);
    std::string bytes(std::min<std::size_t>(static_cast<std::size_t>(info.st_size), limit) + 1,
                      '\0');
    std::size_t used = 0;
    while (used <= limit) {
        if (used == bytes.size()) bytes.resize(std::min(limit + 1, bytes.size() * 2));
        const ssize_t got = ::read(file.get(), bytes.data() + used, bytes.size() - used);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return io_error("read", path, errno);
        if (got == 0) break;
        used += static_cast<std::size_t>(got);
    }
    if (used > limit)
        return core::Error{core::Code::kInvalid, core::concat(path, ": is larger than ", limit,
                                                              " bytes; split it into several")};
    bytes.resize(used);
    return bytes;
}

/// Writes all bytes from the file's beginning on. Answers 0 or an errno.
int write_all(int file, std::string_view bytes) {
    off_t at = 0;
    while (!bytes.empty()) {
        const ssize_t put = ::pwrite(file, bytes.data(), bytes.size(), at);
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) return errno;
        at += put;
        bytes.remove_prefix(static_cast<std::size_t>(put));
    }
    return 0;
}

/// Beside a file until it takes its place. Short, so that no legal name becomes too long by it.
std::string fresh_name(const std::string& name) {
    return core::concat(kFreshPrefix, std::hash<std::string>{}(name));
}

/// A file that has other names is somebody's backup, and only our own sizes are overwritten.
bool is_wipeable(const struct stat& info) {
    return S_ISREG(info.st_mode) && info.st_nlink == 1 && info.st_size <= kWipeLimit;
}

std::string stamp_of(const struct stat& info) {
    return core::concat(info.st_dev, '.', info.st_ino, '.', info.st_mode, '.', info.st_size, '.',
                        info.st_mtim.tv_sec, '.', info.st_mtim.tv_nsec, '.', info.st_ctim.tv_sec,
                        '.', info.st_ctim.tv_nsec);
}

}  // namespace

Result<Folder> Folder::open(const std::string& path, std::shared_ptr<const StepHook> hook) {
    Descriptor fd(::open(path.c_str(), kFolderFlags));
    if (!fd) return io_error("open", path, errno);
    return Folder(std::move(fd), path, std::move(hook));
}

Result<void> Folder::step(std::string_view name, const std::string& path) const {
    const int number = hook_ && *hook_ ? (*hook_)(name, path) : 0;
    if (number != 0) return io_error(name, path, number);
    return {};
}

Result<void> Folder::check(int answer, std::string_view verb, const std::string& name) const {
    if (answer != 0) return io_error(verb, path_of(name), errno);
    return {};
}

Result<std::optional<Folder>> Folder::child(const std::string& name) const {
    Descriptor fd(::openat(fd_.get(), name.c_str(), kFolderFlags | O_NOFOLLOW));
    if (fd) return std::optional(Folder(std::move(fd), path_of(name), hook_));
    if (errno == ENOENT) return std::optional<Folder>();
    return io_error("open", path_of(name), errno);
}

Result<Folder> Folder::make_child(const std::string& name) const {
    STACKSEAL_TRY(std::optional<Folder> there, child(name));
    if (there) return *std::move(there);
    STACKSEAL_TRY(Folder made, add_child(name));
    STACKSEAL_CHECK(sync());
    return made;
}

Result<Folder> Folder::add_child(const std::string& name) const {
    STACKSEAL_TRY(std::optional<Folder> there, child(name));
    if (there) return *std::move(there);
    STACKSEAL_CHECK(step("mkdir", path_of(name)));
    const bool made = ::mkdirat(fd_.get(), name.c_str(), kFolderMode) == 0;
    if (!made && errno != EEXIST) return io_error("make", path_of(name), errno);
    if (made)
        STACKSEAL_CHECK(check(::fchmodat(fd_.get(), name.c_str(), kFolderMode, 0), "chmod", name));
    STACKSEAL_TRY(there, child(name));
    if (!there) return io_error("open", path_of(name), ENOENT);
    return *std::move(there);
}

Result<std::vector<Entry>> Folder::list() const {
    Descriptor again(::openat(fd_.get(), ".", kFolderFlags));
    if (!again) return io_error("list", path_, errno);
    DIR* const stream = ::fdopendir(again.get());
    if (stream == nullptr) return io_error("list", path_, errno);
    again.release();
    std::vector<Entry> found;
    errno = 0;
    while (const dirent* entry = ::readdir(stream)) {
        const std::string_view name = entry->d_name;
        if (name != "." && name != "..")
            found.push_back({std::string(name), kind_of(fd_.get(), *entry)});
    }
    const int failure = errno;
    ::closedir(stream);
    if (failure != 0) return io_error("list", path_, failure);
    std::ranges::sort(found, {}, &Entry::name);
    return found;
}

Result<std::optional<std::string>> Folder::read(const std::string& name, std::size_t limit) const {
    const Descriptor file(::openat(fd_.get(), name.c_str(), kReadFlags | O_NOFOLLOW));
    if (!file && errno == ENOENT) return std::optional<std::string>();
    if (!file) return io_error("read", path_of(name), errno);
    STACKSEAL_TRY(std::string bytes, read_all(file, path_of(name), limit));
    return std::optional(std::move(bytes));
}

Result<std::string> Folder::read_link_beneath(const std::string& path, std::size_t limit) const {
    struct open_how how {};
    how.flags = static_cast<std::uint64_t>(kReadFlags);
    how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
    const Descriptor file(
        static_cast<int>(::syscall(SYS_openat2, fd_.get(), path.c_str(), &how, sizeof how)));
    if (file) return read_all(file, path_of(path), limit);
    if (errno == EXDEV)
        return core::Error{core::Code::kDenied,
                           path_of(path) + ": links to a place outside " + path_ +
                               ", which is not followed; put the file itself there"};
    return io_error("read", path_of(path), errno);
}

Result<std::optional<std::string>> Folder::link_target(const std::string& name) const {
    std::string target(4096, '\0');
    const ssize_t size = ::readlinkat(fd_.get(), name.c_str(), target.data(), target.size());
    if (size < 0 && (errno == ENOENT || errno == EINVAL)) return std::optional<std::string>();
    if (size < 0) return io_error("read", path_of(name), errno);
    target.resize(static_cast<std::size_t>(size));
    return std::optional(std::move(target));
}

bool Folder::leads_to_folder(const std::string& name) const {
    struct stat info {};
    return ::fstatat(fd_.get(), name.c_str(), &info, 0) == 0 && S_ISDIR(info.st_mode);
}

std::string Folder::stamp(const std::string& name) const {
    struct stat info {};
    const bool there = ::fstatat(fd_.get(), name.c_str(), &info, AT_SYMLINK_NOFOLLOW) == 0;
    return there ? stamp_of(info) : std::string();
}

std::string Folder::identity() const {
    struct stat info {};
    const bool there = ::fstat(fd_.get(), &info) == 0;
    return there ? core::concat(info.st_dev, '.', info.st_ino) : std::string();
}

Result<Descriptor> Folder::create(const NewFile& file) const {
    STACKSEAL_CHECK(step("create", path_of(file.name)));
    constexpr int kFlags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
    Descriptor made(::openat(fd_.get(), file.name.c_str(), kFlags, kFileMode));
    if (!made) return io_error("create", path_of(file.name), errno);
    STACKSEAL_CHECK(check(::fchmod(made.get(), kFileMode), "chmod", file.name));
    STACKSEAL_CHECK(step("write", path_of(file.name)));
    if (const int number = write_all(made.get(), file.bytes); number != 0)
        return io_error("write", path_of(file.name), number);
    // Only a head start for the sync, which tells whether it went well.
    (void)::sync_file_range(made.get(), 0, 0, SYNC_FILE_RANGE_WRITE);
    return made;
}

Result<void> Folder::write_new(const std::vector<NewFile>& files) const {
    std::vector<Descriptor> made;
    for (const NewFile& file : files) {
        STACKSEAL_TRY(Descriptor fresh, create(file));
        made.push_back(std::move(fresh));
    }
    for (std::size_t i = 0; i < files.size(); ++i) {
        STACKSEAL_CHECK(step("sync", path_of(files[i].name)));
        STACKSEAL_CHECK(check(::fsync(made[i].get()), "write", files[i].name));
    }
    return {};
}

Result<void> Folder::replace(const std::string& name, std::string_view bytes) const {
    const std::string fresh = fresh_name(name);
    ::unlinkat(fd_.get(), fresh.c_str(), 0);  // of a crash
    auto done = write_new({{fresh, bytes}});
    if (done) done = rename(fresh, name);
    if (!done) {
        ::unlinkat(fd_.get(), fresh.c_str(), 0);
        return done;
    }
    return sync();
}

Result<void> Folder::replace_link(const std::string& target, const std::string& name) const {
    const std::string fresh = fresh_name(name);
    ::unlinkat(fd_.get(), fresh.c_str(), 0);  // of a crash
    STACKSEAL_CHECK(step("link", path_of(name)));
    STACKSEAL_CHECK(check(::symlinkat(target.c_str(), fd_.get(), fresh.c_str()), "link", fresh));
    auto done = rename(fresh, name);
    if (!done) ::unlinkat(fd_.get(), fresh.c_str(), 0);
    return done;
}

Result<void> Folder::rename(const std::string& from, const std::string& to) const {
    STACKSEAL_CHECK(step("rename", path_of(to)));
    return check(::renameat(fd_.get(), from.c_str(), fd_.get(), to.c_str()), "rename", to);
}

Result<void> Folder::remove(const std::string& name) const {
    STACKSEAL_CHECK(step("unlink", path_of(name)));
    const int answer = ::unlinkat(fd_.get(), name.c_str(), 0);
    return check(answer != 0 && errno == ENOENT ? 0 : answer, "remove", name);
}

Result<void> Folder::remove_folder(const std::string& name) const {
    STACKSEAL_CHECK(step("rmdir", path_of(name)));
    const int answer = ::unlinkat(fd_.get(), name.c_str(), AT_REMOVEDIR);
    return check(answer != 0 && errno == ENOENT ? 0 : answer, "remove", name);
}

Result<void> Folder::wipe(const std::string& name) const {
    STACKSEAL_CHECK(step("wipe", path_of(name)));
    const Descriptor file(::openat(fd_.get(), name.c_str(), O_WRONLY | O_NOFOLLOW | O_CLOEXEC));
    struct stat info {};
    if (file && ::fstat(file.get(), &info) == 0 && is_wipeable(info)) {
        // Without the sync the zeros would be dropped with the name and never reach the disk.
        const std::string zeros(static_cast<std::size_t>(info.st_size), '\0');
        if (write_all(file.get(), zeros) == 0) ::fdatasync(file.get());
    }
    return remove(name);
}

Result<void> Folder::sync() const {
    STACKSEAL_CHECK(step("sync", path_));
    if (::fsync(fd_.get()) != 0) return io_error("sync", path_, errno);
    return {};
}

}  // namespace stackseal::local
