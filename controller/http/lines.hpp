// SPDX-License-Identifier: Apache-2.0
// A stream cut into lines, handed from the pool thread to the caller through a bounded queue.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "controller/http/client.hpp"

namespace stackseal::http {

/// Joins what comes in pieces and cuts it at each line feed.
class LineCutter {
  public:
    explicit LineCutter(std::size_t limit) : limit_(limit) {}

    /// What one more piece completed.
    struct Cut {
        std::vector<std::string> lines;  ///< complete ones, without "\n" or "\r\n"
        bool too_long = false;           ///< a line is over the limit; nothing may follow
    };
    /// An unfinished line is kept for the next piece; an empty line is a line like another.
    Cut feed(std::string_view bytes);

  private:
    std::size_t limit_;
    std::string begun_;
};

/// One stream: lines for status 200, for any other the beginning of the error's body. next() and
/// take() are for one caller's thread, the rest for the pool thread.
class Lines final : public Receiver {
  public:
    using Time = std::chrono::steady_clock::time_point;
    /// Sizes in bytes, a line's without its end. A zero allows nothing; it does not lift the limit.
    struct Limits {
        std::size_t line = 0;
        std::size_t error_body = 0;
        std::size_t queue = 1U << 20U;  ///< bytes waiting; at more the sender is held back
        std::chrono::milliseconds idle{0};
        Time head_until;  ///< the status line must have come
        Time until;       ///< the whole stream ends
    };
    /// All of limits must be set. Time without a byte counts only while next() waits.
    explicit Lines(const Limits& limits);

    void head(int status, ports::Headers headers) override;
    Flow body(std::string_view bytes) override;
    void end(std::optional<Failure> failure) override;

    /// Why next() came back: with lines; the exchange is over; no status line until head_until;
    /// nothing heard for idle; until has passed; a stop was requested.
    enum class Why { kLines, kEnded, kNoHead, kIdle, kLifetime, kStopped };
    /// lines are there with kLines only, and then at least one.
    struct Step {
        Why why = Why::kLines;
        std::vector<std::string> lines;
        bool held = false;  ///< the sender waits for resume()
    };
    /// Waits for lines; when there are none any more, says why.
    Step next(const std::stop_token& stop);

    /// What there is after kEnded or kLifetime.
    struct Outcome {
        ports::StreamEnd end;
        std::optional<Failure> failure;
        bool too_long = false;  ///< a line was over the limit; failure is set then
    };
    /// Once: the outcome is moved out.
    Outcome take();

  private:
    Flow cut(std::string_view bytes);
    Flow keep_error_body(std::string_view bytes);
    bool ready() const { return !lines_.empty() || ended_; }
    Time due(Time waiting_since) const;
    Why overdue(Time waiting_since) const;
    Step hand_over();

    const Limits limits_;
    std::mutex mutex_;
    std::condition_variable_any changed_;
    LineCutter cutter_;  ///< by mutex_, as all below
    std::vector<std::string> lines_;
    std::size_t queued_ = 0;
    bool held_ = false;
    bool ended_ = false;
    bool cut_off_ = false;  ///< an error's body was longer than we keep; its end is not a failure
    Time heard_;
    Outcome outcome_;
};

}  // namespace stackseal::http
