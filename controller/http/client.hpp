// SPDX-License-Identifier: Apache-2.0
// The narrow waist: start a request with a receiver, resume it, cancel it. Another HTTP library
// would take the place of one source file behind this header.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "controller/core/result.hpp"
#include "controller/core/secret_bytes.hpp"
#include "controller/http/failure.hpp"
#include "controller/http/syntax.hpp"
#include "controller/http/tls.hpp"
#include "controller/ports/transport.hpp"

namespace stackseal::http {

/// What a receiver says to a piece of a body.
enum class Flow {
    kGoOn,
    kHold,  ///< taken, but no more until resume(): the socket is not read meanwhile
    kStop,  ///< the exchange is given up
};

/// Takes an answer. Called on the pool thread only: must neither block nor throw.
class Receiver {
  public:
    virtual ~Receiver() = default;
    /// Once, before any piece of the body; not at all when there is no answer.
    virtual void head(int status, ports::Headers headers) = 0;
    /// A piece, in order, of any status's body; bytes are valid during the call only.
    virtual Flow body(std::string_view bytes) = 0;
    /// Once, last. Nothing: the answer is complete.
    virtual void end(std::optional<Failure> failure) = 0;
};

/// A request whose parts have been checked.
struct Message {
    std::string method;
    std::string target;
    ports::Headers headers;
    std::shared_ptr<const core::SecretBytes> body;
    bool replayable = true;  ///< false: the library must not send it a second time by itself
};

/// One exchange under way. For any thread. Dropping it cancels nothing.
class Exchange {
  public:
    virtual ~Exchange() = default;
    /// After kHold: more may come. Does nothing if nothing is held.
    virtual void resume() = 0;
    /// end() follows shortly, unless it has come already.
    virtual void cancel() = 0;
};

/// Connections to one server, kept alive and pooled. For any thread.
class Client {
  public:
    virtual ~Client() = default;
    /// Returns at once; whatever goes wrong, also at the start, comes as the failure of to->end().
    virtual std::shared_ptr<Exchange> start(Message message, std::shared_ptr<Receiver> to) = 0;
};

/// tls: null for plain http. Errors: kInvalid for an origin that the library refuses.
core::Result<std::shared_ptr<Client>> make_client(const Origin& origin,
                                                  std::shared_ptr<const TlsSettings> tls);

}  // namespace stackseal::http
