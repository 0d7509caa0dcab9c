// SPDX-License-Identifier: Apache-2.0
// One remedy for each errno that an administrator can cause and cure.
#include "controller/local/io_error.hpp"

#include <cerrno>
#include <system_error>

#include "controller/core/concat.hpp"

namespace stackseal::local {

namespace {

std::string_view remedy(int number) {
    switch (number) {
        case ENOSPC:
        case EDQUOT:
            return "free space on its file system; it is tried again";
        case EROFS:
            return "mount its file system writable, or name another state directory";
        case EACCES:
        case EPERM:
            return "give the user that runs this program access to it";
        case ELOOP:
        case ENOTDIR:
            return "a link or a file stands where a folder belongs; move it away";
        case EMFILE:
        case ENFILE:
            return "raise the limit of open files (ulimit -n)";
        case ENOENT:
            return "restore the folder that it lies in";
        default:
            return "check the disk and the path; it is tried again";
    }
}

}  // namespace

core::Error io_error(std::string_view verb, const std::string& path, int number) {
    return {core::Code::kUnavailable,
            core::concat("cannot ", verb, " ", path, ": ", std::generic_category().message(number),
                         "; ", remedy(number))};
}

}  // namespace stackseal::local
