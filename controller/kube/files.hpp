// SPDX-License-Identifier: Apache-2.0
// Small files with credentials: read whole, under a cap, and seen to change.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "controller/core/result.hpp"
#include "controller/core/secret_bytes.hpp"

namespace stackseal::kube {

/// What tells one content of a path from the next: inode, size, time of change. Units: ns.
struct FileStamp {
    std::uint64_t inode = 0;
    std::int64_t size = -1;  ///< -1: does not exist
    std::int64_t changed = 0;

    bool operator==(const FileStamp&) const = default;
};

/// The present content's stamp; of a missing file: size -1. Links are followed.
FileStamp stamp_of(const std::string& path);

/// Errors: kNotFound; kInvalid for a folder, or over the cap; kUnavailable for another failure.
core::Result<core::SecretBytes> read_small_file(const std::string& path, std::size_t cap);

/// The blocks of a PEM text whose label ends so ("CERTIFICATE", "PRIVATE KEY"), in order; "": none.
core::SecretBytes pem_blocks(std::string_view text, std::string_view label_end);

}  // namespace stackseal::kube
