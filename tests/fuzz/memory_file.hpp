// SPDX-License-Identifier: Apache-2.0
// A file without a disk, for readers that take paths.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <string>
#include <string_view>

#include "tests/fuzz/claims.hpp"

namespace stackseal::fuzz {

/// Its path can be opened by this process, again and again.
class MemoryFile {
  public:
    MemoryFile() : descriptor_(::memfd_create("fuzz", MFD_CLOEXEC)) {
        require(descriptor_ >= 0, "a file in memory can be had");
    }
    ~MemoryFile() { ::close(descriptor_); }
    MemoryFile(const MemoryFile&) = delete;
    MemoryFile& operator=(const MemoryFile&) = delete;

    /// Replaces what it holds.
    void write(std::string_view text) {
        require(::ftruncate(descriptor_, 0) == 0, "the file can be emptied");
        require(
            ::pwrite(descriptor_, text.data(), text.size(), 0) == static_cast<ssize_t>(text.size()),
            "the file can be written");
    }

    std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

  private:
    int descriptor_;
};

}  // namespace stackseal::fuzz
