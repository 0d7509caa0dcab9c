// SPDX-License-Identifier: Apache-2.0
// The names of the error codes.
#include "controller/core/result.hpp"

namespace stackseal::core {

const char* to_string(Code code) {
    switch (code) {
        case Code::kInvalid:
            return "Invalid";
        case Code::kNotFound:
            return "NotFound";
        case Code::kConflict:
            return "Conflict";
        case Code::kDenied:
            return "Denied";
        case Code::kNotServed:
            return "NotServed";
        case Code::kThrottled:
            return "Throttled";
        case Code::kUnavailable:
            return "Unavailable";
        case Code::kCorrupt:
            return "Corrupt";
        case Code::kCancelled:
            return "Cancelled";
        case Code::kInternal:
            return "Internal";
    }
    return "Internal";
}

}  // namespace stackseal::core
