// SPDX-License-Identifier: Apache-2.0
// A transport that plays written answers and remembers what it was asked.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "controller/ports/transport.hpp"

namespace stackseal::tests {

/// One stream: its lines, something to do before it ends, and how it ends.
struct ScriptedStream {
    std::vector<std::string> lines;
    std::function<void()> before_end = [] {};
    core::Result<ports::StreamEnd> end = ports::StreamEnd{200, {}, ""};
    bool hold = false;  ///< after the lines: stay open until stopped
    /// After the lines: asked for one more until there is none; may wait.
    std::function<std::optional<std::string>(const std::stop_token&)> more;
};

/// Answers come from a handler, or in order from what was queued; when nothing is left,
/// on_exhausted is called and the call is cancelled. Any thread may call.
class ScriptedTransport : public ports::Transport {
  public:
    using Answer = core::Result<ports::Response>;
    using Handler = std::function<Answer(const ports::Request&)>;
    using StreamHandler = std::function<std::optional<ScriptedStream>(const ports::StreamRequest&)>;

    Handler handler;               ///< set before use
    StreamHandler stream_handler;  ///< set before use
    std::function<void()> on_exhausted = [] {};

    void answer(Answer answer) { answers_.push_back(std::move(answer)); }
    void answer(int status, std::string body, ports::Headers headers = {}) {
        answers_.push_back(ports::Response{status, std::move(headers), std::move(body)});
    }
    void stream_answer(ScriptedStream stream) { streams_.push_back(std::move(stream)); }

    Answer send(ports::Request request, std::stop_token) override {
        std::unique_lock lock(mutex_);
        requests_.push_back(request);
        changed_.notify_all();
        if (handler) {
            lock.unlock();
            return handler(request);
        }
        if (answers_.empty()) return exhausted();
        Answer next = std::move(answers_.front());
        answers_.pop_front();
        return next;
    }

    core::Result<ports::StreamEnd> stream(const ports::StreamRequest& request,
                                          const std::function<void(std::string_view)>& on_line,
                                          std::stop_token stop) override {
        std::optional<ScriptedStream> script = next_stream(request);
        if (!script) return exhausted();
        for (const std::string& line : script->lines) {
            if (stop.stop_requested()) break;
            on_line(line);
        }
        while (script->more && !stop.stop_requested()) {
            const std::optional<std::string> line = script->more(stop);
            if (!line) break;
            on_line(*line);
        }
        if (script->hold) wait_for_stop(stop);
        if (stop.stop_requested()) return cancelled();
        script->before_end();
        return script->end;
    }

    std::vector<ports::Request> requests() {
        const std::lock_guard lock(mutex_);
        return requests_;
    }
    std::vector<ports::StreamRequest> streams() {
        const std::lock_guard lock(mutex_);
        return stream_requests_;
    }

  private:
    static core::Error cancelled() { return {core::Code::kCancelled, "cancelled"}; }
    core::Error exhausted() {
        on_exhausted();
        return cancelled();
    }
    std::optional<ScriptedStream> next_stream(const ports::StreamRequest& request) {
        std::unique_lock lock(mutex_);
        stream_requests_.push_back(request);
        changed_.notify_all();
        if (stream_handler) {
            lock.unlock();
            return stream_handler(request);
        }
        if (streams_.empty()) return {};
        ScriptedStream next = std::move(streams_.front());
        streams_.pop_front();
        return next;
    }
    void wait_for_stop(const std::stop_token& stop) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, stop, [] { return false; });
    }

    std::mutex mutex_;
    std::condition_variable_any changed_;
    std::deque<Answer> answers_;                         ///< filled before use
    std::deque<ScriptedStream> streams_;                 ///< filled before use
    std::vector<ports::Request> requests_;               ///< guarded by mutex_
    std::vector<ports::StreamRequest> stream_requests_;  ///< guarded by mutex_
};

}  // namespace stackseal::tests
