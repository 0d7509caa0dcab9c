// SPDX-License-Identifier: Apache-2.0
// The library's failures, told apart by their texts: the one place that knows those texts.
#pragma once

#include <string>
#include <string_view>

#include "controller/core/result.hpp"

namespace stackseal::http {

/// How far an exchange had come when it failed.
enum class Stage {
    kMalformed,  ///< never left: the library refused the target
    kResolve,
    kConnect,
    kHandshake,
    kWrite,  ///< a connection, perhaps a pooled one that was dead, broke while we wrote
    kStale,  ///< a pooled connection turned out dead; the library wanted to send a second time
    kRead,
    kOther,
};

/// A failed exchange.
struct Failure {
    Stage stage = Stage::kOther;
    std::string reason;    ///< in words; may be empty
    bool written = false;  ///< the request's head had left completely; never guessed downwards
};

/// Source: research/feasibility.md 2.3; the texts are those of cpprestsdk 2.10.18.
Stage stage_of(std::string_view library_text);

/// Whether sending once more on a new connection is likely to help.
bool was_dead_connection(const Failure& failure);

/// What a failure says to a caller. request: "PUT https://host:port/path"; write: not a GET or
/// HEAD.
core::Error to_error(const Failure& failure, std::string_view request, bool write);

}  // namespace stackseal::http
