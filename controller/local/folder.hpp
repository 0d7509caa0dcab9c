// SPDX-License-Identifier: Apache-2.0
// An open folder: everything beneath it is named relative to it, and no link is ever followed, so
// that nobody who can write in it can lead this program elsewhere.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "controller/core/result.hpp"

namespace stackseal::local {

/// A file descriptor that is closed with its owner.
class Descriptor {
  public:
    explicit Descriptor(int fd = -1) : fd_(fd) {}
    Descriptor(Descriptor&& other) noexcept;
    Descriptor& operator=(Descriptor&& other) noexcept;
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor();

    int get() const { return fd_; }
    /// Gives the descriptor away: another closes it.
    int release() { return std::exchange(fd_, -1); }
    explicit operator bool() const { return fd_ >= 0; }

  private:
    int fd_;
};

/// Called before each step that changes the disk, with the step's name ("mkdir", "create", "write",
/// "sync", "link", "rename", "unlink", "rmdir", "wipe") and path. An answer other than 0 is the
/// errno with which the step fails. The place where tests fill disks and pull plugs; empty
/// otherwise.
using StepHook = std::function<int(std::string_view step, const std::string& path)>;

/// How the names of files begin that a crash may leave behind.
inline constexpr std::string_view kFreshPrefix = "..new-";

/// kLink: whatever it leads to. kOther: a FIFO, socket or device, or what vanished while listed.
enum class EntryKind { kFile, kFolder, kLink, kOther };

/// One name in a folder.
struct Entry {
    std::string name;
    EntryKind kind = EntryKind::kOther;

    bool operator==(const Entry&) const = default;
};

/// A file to be made. The bytes are the caller's.
struct NewFile {
    std::string name;
    std::string_view bytes;
};

/// Folders are made with mode 0700 and files with 0600, whatever the umask. Names are single path
/// components that the caller has checked. Any thread may use a Folder. Errors: kUnavailable with
/// path, reason and remedy; kInvalid for a file over a limit.
class Folder {
  public:
    /// Opens a folder that the administrator named; only here links on the way are followed.
    static core::Result<Folder> open(const std::string& path,
                                     std::shared_ptr<const StepHook> hook = {});

    /// A folder in this one; nothing if it is absent.
    core::Result<std::optional<Folder>> child(const std::string& name) const;
    /// The same, made if it is absent; durable by the next sync().
    core::Result<Folder> add_child(const std::string& name) const;
    /// The same, durable at once.
    core::Result<Folder> make_child(const std::string& name) const;
    /// All names, sorted, without "." and "..".
    core::Result<std::vector<Entry>> list() const;

    /// A regular file's bytes; nothing if it is absent.
    core::Result<std::optional<std::string>> read(const std::string& name, std::size_t limit) const;
    /// The same for a link that must end beneath this folder. path may hold slashes.
    core::Result<std::string> read_link_beneath(const std::string& path, std::size_t limit) const;
    /// Where a link points; nothing if it is absent or no link.
    core::Result<std::optional<std::string>> link_target(const std::string& name) const;
    /// True for a link that ends at a folder, wherever it lies.
    bool leads_to_folder(const std::string& name) const;
    /// Text that differs when the name's inode, size or times differ; "" if it is absent.
    std::string stamp(const std::string& name) const;

    /// Makes files that must not exist yet, and waits until the bytes of all are on the disk. At
    /// once, since each wait of its own would cost another commit of the journal.
    core::Result<void> write_new(const std::vector<NewFile>& files) const;
    /// Replaces a file as a whole, durably.
    core::Result<void> replace(const std::string& name, std::string_view bytes) const;
    /// Makes or replaces a link as a whole.
    core::Result<void> replace_link(const std::string& target, const std::string& name) const;
    /// Takes the place of what is called `to`, as rename(2) allows. Durable by the next sync().
    core::Result<void> rename(const std::string& from, const std::string& to) const;
    /// A file or a link itself; fine if it is absent. Durable by the next sync().
    core::Result<void> remove(const std::string& name) const;
    /// The same for a folder, which must be empty.
    core::Result<void> remove_folder(const std::string& name) const;
    /// Overwrites a file's bytes on the disk, and removes it.
    core::Result<void> wipe(const std::string& name) const;
    /// Waits until the names in this folder are on the disk.
    core::Result<void> sync() const;

    /// Text that is the same for the same folder under whatever path.
    std::string identity() const;
    int fd() const { return fd_.get(); }
    const std::string& path() const { return path_; }
    /// path() of a name in it, for messages.
    std::string path_of(const std::string& name) const { return path_ + "/" + name; }

  private:
    Folder(Descriptor fd, std::string path, std::shared_ptr<const StepHook> hook)
        : fd_(std::move(fd)), path_(std::move(path)), hook_(std::move(hook)) {}
    core::Result<void> step(std::string_view name, const std::string& path) const;
    core::Result<void> check(int answer, std::string_view verb, const std::string& name) const;
    core::Result<Descriptor> create(const NewFile& file) const;

    Descriptor fd_;
    std::string path_;
    std::shared_ptr<const StepHook> hook_;
};

}  // namespace stackseal::local
