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

    struct Cut {
        std::vector<std::string> lines;  ///< complete ones, without "\n" or "\r\n"
        bool too_long = false;           ///< a line is over the limit; nothing may follow
    };
    Cut feed(std::string_view bytes);

  private:
    std::size_t limit_;
    std::string begun_;
};

class Lines final : public Receiver {
  public:
    using Time = std::chrono::steady_clock::time_point;
    struct Limits {
        std::size_t line = 0;
        std::size_t error_body = 0;
        std::size_t queue = 1U << 20U;  ///< bytes waiting; at more the sender is held back
        std::chrono::milliseconds idle{0};
        Time head_until;  ///< the status line must have come
        Time until;       ///< the whole stream ends
    };
    explicit Lines(const Limits& limits);

    void head(int status, ports::Headers headers) override;
    Flow body(std::string_view bytes) override;
    void end(std::optional<Failure> failure) override;

    enum class Why { kLines, kEnded, kNoHead, kIdle, kLifetime, kStopped };
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
