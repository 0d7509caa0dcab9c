// SPDX-License-Identifier: Apache-2.0
// Rule 7, one error table: texts of the library to stages, stages to errors.
#include "controller/http/failure.hpp"

#include <array>
#include <utility>

#include "controller/core/concat.hpp"

namespace stackseal::http {

namespace {

constexpr std::array<std::pair<std::string_view, Stage>, 13> kTexts{{
    {"Error resolving address", Stage::kResolve},
    {"Failed to resolve address", Stage::kResolve},
    {"Failed to connect to any resolved endpoint", Stage::kConnect},
    {"Error in SSL handshake", Stage::kHandshake},
    {"Failed to write request headers", Stage::kWrite},
    {"Failed to write request body", Stage::kWrite},
    {"cannot rewind input stream for connection re-establishment", Stage::kStale},
    {"Failed to read HTTP status line", Stage::kRead},
    {"Invalid HTTP status line", Stage::kRead},
    {"Retrieving message chunk header", Stage::kRead},
    {"Invalid chunked response header", Stage::kRead},
    {"Failed to read chunked response part", Stage::kRead},
    {"Failed to read response body", Stage::kRead},
}};

std::string_view sentence(Stage stage) {
    switch (stage) {
        case Stage::kMalformed:
            return "the target cannot be sent";
        case Stage::kResolve:
            return "the host's name cannot be resolved";
        case Stage::kConnect:
            return "cannot connect";
        case Stage::kHandshake:
            return "the TLS handshake failed";
        case Stage::kWrite:
            return "the connection broke while the request was sent";
        case Stage::kStale:
            return "the kept connection was dead, and the request is sent only once";
        case Stage::kRead:
            return "the connection broke before the answer was complete";
        case Stage::kOther:
            return "the exchange failed";
    }
    return "the exchange failed";
}

}  // namespace

Stage stage_of(std::string_view library_text) {
    for (const auto& [text, stage] : kTexts) {
        if (library_text.starts_with(text)) return stage;
    }
    return Stage::kOther;
}

bool was_dead_connection(const Failure& failure) {
    return failure.stage == Stage::kWrite || failure.stage == Stage::kStale;
}

core::Error to_error(const Failure& failure, std::string_view request, bool write) {
    const bool malformed = failure.stage == Stage::kMalformed;
    core::Error error{malformed ? core::Code::kInvalid : core::Code::kUnavailable,
                      core::concat(request, ": ", sentence(failure.stage))};
    if (!failure.reason.empty()) error.message += core::concat(" (", failure.reason, ")");
    error.maybe_executed = write && failure.written;
    return error;
}

}  // namespace stackseal::http
