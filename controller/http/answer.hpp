// SPDX-License-Identifier: Apache-2.0
// One whole answer, collected on the pool thread within a limit and awaited by the caller.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <stop_token>

#include "controller/http/client.hpp"
#include "controller/http/slots.hpp"

namespace stackseal::http {

/// Shared with the pool thread, so a caller that gives up may leave; the rest is then dropped.
class Answer final : public Receiver {
  public:
    /// place: kept until the exchange is really over, be the caller still there or not.
    Answer(std::size_t body_limit, Slots::Place place);

    void head(int status, ports::Headers headers) override;
    Flow body(std::string_view bytes) override;
    void end(std::optional<Failure> failure) override;

    /// Waits for the end. False: the time ran out, or a stop was requested.
    bool wait(std::chrono::steady_clock::time_point until, const std::stop_token& stop);

    /// What there is after a true wait().
    struct Outcome {
        ports::Response response;
        std::optional<Failure> failure;
        bool too_long = false;  ///< the body was over the limit; failure is set then
    };
    /// Once: the outcome is moved out.
    Outcome take();

  private:
    const std::size_t body_limit_;
    std::mutex mutex_;
    std::condition_variable_any ended_cv_;
    Slots::Place place_;  ///< by mutex_, as all below
    Outcome outcome_;
    bool ended_ = false;
};

}  // namespace stackseal::http
