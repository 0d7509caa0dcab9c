// SPDX-License-Identifier: Apache-2.0
// Connection, handshake and verdict, one after the other.
#include "controller/probe/fetch.hpp"

#include "controller/core/concat.hpp"
#include "controller/probe/socket.hpp"
#include "controller/probe/verify.hpp"

namespace stackseal::probe {

namespace {

using core::Result;

/// "": no problem.
std::string problem_of(const Result<void>& verdict) {
    return verdict ? std::string() : verdict.error().message;
}

Result<Shown> look_at(const Endpoint& endpoint, const Deadline& deadline) {
    STACKSEAL_TRY(const Socket socket, connect_to(endpoint, deadline));
    const std::string& name = checked_name(endpoint);
    return shake_hands(socket, is_address(name) ? std::string() : name, deadline);
}

}  // namespace

Result<Served> fetch(const Endpoint& endpoint, std::chrono::milliseconds deadline, core::Time now) {
    auto shown = look_at(endpoint, Deadline(deadline));
    if (!shown) {
        core::Error error = std::move(shown).error();
        error.message = core::concat(to_string(endpoint), ": ", error.message);
        return error;
    }
    const std::string& chain = shown->chain_pem;
    std::string verify_problem = problem_of(verify(
        {.chain_pem = chain, .anchors_pem = endpoint.anchors_pem, .at = now, .server = true}));
    std::string name_problem = problem_of(check_name(chain, checked_name(endpoint)));
    return Served{*std::move(shown), std::move(verify_problem), std::move(name_problem)};
}

}  // namespace stackseal::probe
