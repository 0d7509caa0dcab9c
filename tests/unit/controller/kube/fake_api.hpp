// SPDX-License-Identifier: Apache-2.0
// Written answers by path and written frames by watch, behind the scripted transport.
#pragma once

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "controller/core/concat.hpp"
#include "tests/support/scripted_transport.hpp"
#include "tests/unit/controller/kube/rig.hpp"

namespace stackseal::kube {

/// A Secret's document.
inline std::string secret_json(const std::string& name, int version, bool ours,
                               const std::string& uid = "u1", const std::string& space = "ops") {
    return core::concat(R"({"apiVersion":"v1","kind":"Secret","metadata":{"name":")", name,
                        R"(","namespace":")", space, R"(","uid":")", uid,
                        R"(","resourceVersion":")", version, R"(","labels":{)",
                        ours ? R"("stackseal.io/managed":"true")" : "",
                        R"(}},"type":"Opaque","data":{"note":"eHl6"}})");
}

inline std::string frame_of(std::string_view type, const std::string& object) {
    return core::concat(R"({"type":")", type, R"(","object":)", object, "}");
}

inline std::string marker_at(int version) {
    return core::concat(R"({"type":"BOOKMARK","object":{"metadata":{"resourceVersion":")", version,
                        R"(","annotations":{"k8s.io/initial-events-end":"true"}}}})");
}

/// Which watch a stream request is: "certificates", "issuers", "namespaces", "secrets", "foreign".
inline std::string watch_name(const std::string& target) {
    if (target.find("managed%21%3Dtrue") != std::string::npos) return "foreign";
    for (const std::string name : {"certificates", "issuers", "secrets"})
        if (target.find("/" + name + "?") != std::string::npos) return name;
    return "namespaces";
}

/// GETs are answered from objects by path, writes as planned; a watch by the frames that were sent
/// to it, and it stays open. The test and the reflectors meet on one lock: nothing needs to sleep.
class FakeApi {
  public:
    explicit FakeApi(tests::ScriptedTransport& transport) {
        transport.handler = [this](const ports::Request& request) { return answer(request); };
        transport.stream_handler = [this](const ports::StreamRequest& request) {
            tests::ScriptedStream stream;
            stream.more = [this, name = watch_name(request.target)](const std::stop_token& stop) {
                return next_frame(name, stop);
            };
            return std::optional<tests::ScriptedStream>(std::move(stream));
        };
    }

    /// What GET answers; absent: 404.
    void set(const std::string& path, const std::string& object) {
        const std::lock_guard lock(mutex_);
        objects_[path] = object;
    }
    void erase(const std::string& path) {
        const std::lock_guard lock(mutex_);
        objects_.erase(path);
    }
    /// The answer to the next request of a method, in place of the usual.
    void next(const std::string& method, int status, const std::string& body) {
        const std::lock_guard lock(mutex_);
        planned_[method].push_back({status, {}, body});
    }
    /// Sends a frame to a watch.
    void push(const std::string& watch, const std::string& frame) {
        const std::lock_guard lock(mutex_);
        frames_[watch].push_back(frame);
        changed_.notify_all();
    }
    std::size_t count(const std::string& method) {
        const std::lock_guard lock(mutex_);
        return counts_[method];
    }
    ports::Request last() {
        const std::lock_guard lock(mutex_);
        return last_;
    }

  private:
    core::Result<ports::Response> answer(const ports::Request& request) {
        const std::lock_guard lock(mutex_);
        ++counts_[request.method];
        last_ = request;
        auto& planned = planned_[request.method];
        if (!planned.empty()) {
            ports::Response out = planned.front();
            planned.pop_front();
            return out;
        }
        const auto it = objects_.find(request.target);
        if (it == objects_.end()) return ports::Response{404, {}, ""};
        return ports::Response{200, {}, it->second};
    }

    std::optional<std::string> next_frame(const std::string& watch, const std::stop_token& stop) {
        std::unique_lock lock(mutex_);
        auto& frames = frames_[watch];
        if (!changed_.wait(lock, stop, [&] { return !frames.empty(); })) return {};
        std::string frame = std::move(frames.front());
        frames.pop_front();
        return frame;
    }

    std::mutex mutex_;
    std::condition_variable_any changed_;
    std::map<std::string, std::string> objects_;                  ///< guarded by mutex_
    std::map<std::string, std::deque<ports::Response>> planned_;  ///< guarded by mutex_
    std::map<std::string, std::deque<std::string>> frames_;       ///< guarded by mutex_
    std::map<std::string, std::size_t> counts_;                   ///< guarded by mutex_
    ports::Request last_;                                         ///< guarded by mutex_
};

}  // namespace stackseal::kube
