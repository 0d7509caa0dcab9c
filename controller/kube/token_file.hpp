// SPDX-License-Identifier: Apache-2.0
// A bearer token in a file that kubelet replaces before it expires.
#pragma once

#include <chrono>
#include <mutex>
#include <optional>
#include <string>

#include "controller/core/result.hpp"
#include "controller/core/secret_bytes.hpp"
#include "controller/ports/clock.hpp"

namespace stackseal::kube {

/// Any thread may call. Read again after about 50 s, as client-go does; a failing read keeps the
/// old token.
class TokenFile {
  public:
    /// Reads nothing yet.
    TokenFile(std::string path, ports::Clock& clock);

    /// Errors: kUnavailable if it was never read, with the path.
    core::Result<core::SecretBytes> token();
    /// The server refused this token: the next call reads the file, unless that happened since.
    void reject(std::string_view refused);

  private:
    core::Result<core::SecretBytes> read() const;

    std::string path_;
    ports::Clock& clock_;
    std::mutex mutex_;
    core::SecretBytes kept_;                            ///< guarded by mutex_
    std::optional<std::chrono::milliseconds> read_at_;  ///< guarded by mutex_; absent: read next
};

}  // namespace stackseal::kube
