// SPDX-License-Identifier: Apache-2.0
// What OpenSSL's return values mean. Its error queue never decides: some failures leave it empty,
// some mere answers fill it (research/style-anchors.md section 3).
#pragma once

#include <string>
#include <string_view>

#include "controller/core/concat.hpp"
#include "controller/core/result.hpp"

namespace stackseal::pki {

/// Empties the calling thread's queue into one line of reasons, the oldest first; "" if none.
/// Reasons are OpenSSL's constants: no byte of the input is among them.
std::string drain();

/// "operation: reasons".
core::Error fault(std::string_view operation, core::Code code);

/// A call that has to succeed: anything but a positive return is an error.
core::Result<void> must(std::string_view operation, int returned,
                        core::Code code = core::Code::kInternal);

/// A call that has to make an object: null is an error. Takes ownership.
template <class Handle>
core::Result<Handle> must(std::string_view operation, typename Handle::pointer made,
                          core::Code code = core::Code::kInternal) {
    if (made == nullptr) return fault(operation, code);
    return Handle(made);
}

/// A call that answers a question: 1 is yes, 0 is no, and neither leaves anything in the queue.
core::Result<bool> answer(std::string_view operation, int returned);

/// The error of a thing found damaged in what somebody gave us.
template <class... Part>
core::Error corrupt(const Part&... parts) {
    return {core::Code::kCorrupt, core::concat(parts...)};
}

/// The error of a wish that cannot be fulfilled as written.
template <class... Part>
core::Error invalid(const Part&... parts) {
    return {core::Code::kInvalid, core::concat(parts...)};
}

/// Text from outside, fit for a message: letters beyond printable ASCII become '?', the rest of a
/// long one "...".
std::string shown(std::string_view text);

/// The same error, its message headed by the place where it happened.
core::Error at(std::string_view place, core::Error error);

}  // namespace stackseal::pki
