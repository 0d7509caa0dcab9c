// SPDX-License-Identifier: Apache-2.0
// Reading small files, and PEM blocks by label; key material stays in SecretBytes.
#include "controller/kube/files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "controller/core/concat.hpp"

namespace stackseal::kube {

namespace {

/// Closes a descriptor.
class Descriptor {
  public:
    explicit Descriptor(int fd) : fd_(fd) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (fd_ >= 0) ::close(fd_);
    }
    int get() const { return fd_; }

  private:
    int fd_;
};

core::Error file_error(const std::string& path, int error) {
    const core::Code code =
        error == ENOENT || error == ENOTDIR ? core::Code::kNotFound : core::Code::kUnavailable;
    return {code, core::concat(path, ": ", std::strerror(error))};
}

/// Room for the whole file at once, so that no growing string leaves copies of a key behind.
core::Result<core::SecretBytes> read_all(int fd, const std::string& path, std::size_t size) {
    std::string text(size, '\0');
    std::size_t filled = 0;
    while (filled < size) {
        const ssize_t got = ::read(fd, text.data() + filled, size - filled);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return file_error(path, errno);
        if (got == 0) break;
        filled += static_cast<std::size_t>(got);
    }
    text.resize(filled);
    return core::SecretBytes::take(std::move(text));
}

/// One PEM block from "-----BEGIN" to the end of its "-----END …-----", or empty text at the end.
struct Block {
    std::string_view label;
    std::string_view text;
};

Block next_block(std::string_view rest) {
    constexpr std::string_view kBegin = "-----BEGIN ";
    const std::size_t begin = rest.find(kBegin);
    if (begin == std::string_view::npos) return {};
    const std::size_t label = begin + kBegin.size();
    const std::size_t dashes = rest.find("-----", label);
    if (dashes == std::string_view::npos) return {};
    const std::string_view name = rest.substr(label, dashes - label);
    const std::string footer = core::concat("-----END ", name, "-----");
    const std::size_t end = rest.find(footer, dashes);
    if (end == std::string_view::npos) return {};
    return {name, rest.substr(begin, end + footer.size() - begin)};
}

}  // namespace

FileStamp stamp_of(const std::string& path) {
    struct stat facts {};
    if (::stat(path.c_str(), &facts) != 0) return {};
    return {facts.st_ino, facts.st_size,
            std::int64_t{facts.st_ctim.tv_sec} * 1'000'000'000 + facts.st_ctim.tv_nsec};
}

core::Result<core::SecretBytes> read_small_file(const std::string& path, std::size_t cap) {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
    if (file.get() < 0) return file_error(path, errno);
    struct stat facts {};
    if (::fstat(file.get(), &facts) != 0) return file_error(path, errno);
    if (!S_ISREG(facts.st_mode))
        return core::Error{core::Code::kInvalid, core::concat(path, ": not a regular file")};
    if (static_cast<std::size_t>(facts.st_size) > cap)
        return core::Error{core::Code::kInvalid,
                           core::concat(path, ": ", facts.st_size, " bytes, at most ", cap)};
    return read_all(file.get(), path, static_cast<std::size_t>(facts.st_size));
}

core::SecretBytes pem_blocks(std::string_view text, std::string_view label_end) {
    std::string found;
    found.reserve(text.size() + 1);
    for (Block block = next_block(text); !block.text.empty(); block = next_block(text)) {
        if (block.label.ends_with(label_end)) found.append(block.text).push_back('\n');
        text.remove_prefix(static_cast<std::size_t>(block.text.data() - text.data()) +
                           block.text.size());
    }
    return core::SecretBytes::take(std::move(found));
}

}  // namespace stackseal::kube
