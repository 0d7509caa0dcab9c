// SPDX-License-Identifier: Apache-2.0
// Private keys: fast ones made inline, RSA on threads of its own. Any thread may call.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "controller/ports/clock.hpp"
#include "controller/ports/key_factory.hpp"

namespace stackseal::runtime {

/// Makes one key; pki::generate_key, but in tests of the threads.
using KeyGenerator = std::function<core::Result<core::PrivateKey>(const core::KeySpec&)>;

/// Which owner is next: round robin over namespaces, in order of arrival within one. Not locked.
class FairLine {
  public:
    /// To the end of its namespace's line. Must not be in line already.
    void push(const core::Ref& owner);
    /// Fine if it is not in line.
    void remove(const core::Ref& owner);
    /// The first of the next namespace by name after the one served last. Nothing: all are empty.
    std::optional<core::Ref> pop();
    /// Owners in line, over all namespaces.
    std::size_t size() const;

  private:
    std::map<std::string, std::deque<core::Ref>> spaces_;
    std::string last_;  ///< the namespace served last
};

/// Orders are kept until forgotten. One owner has one order, and at most one key of it is in the
/// making; a key whose order was forgotten or changed meanwhile is thrown away.
class KeyThreads : public ports::KeyFactory {
  public:
    /// wake(owner) is called on a key thread when a slow key is ready or failed; it must not block.
    /// clock outlives the object. threads: 0 counts as 1.
    KeyThreads(KeyGenerator generate, std::function<void(const core::Ref&)> wake,
               ports::Clock& clock, unsigned threads = 2);
    /// Drops what waits and joins; a key in the making is finished first (seconds, at RSA 8192 a
    /// minute), because OpenSSL cannot be interrupted.
    ~KeyThreads() override;

    core::KeyOrder order(const core::Ref& owner, const core::KeySpec& spec) override;
    void forget(const core::Ref& owner) override;

    /// Begins no further key. To be called early at shutdown, so that the wait for keys in the
    /// making runs beside the rest of it; the destructor calls it, too.
    void request_stop();

    /// Orders that are not ready, and keys in the making. 0: every owner has been woken.
    std::size_t pending();

  private:
    struct Order {
        core::KeySpec spec;
        core::KeyOrder answer;
    };

    core::KeyOrder order_fast(const core::Ref& owner, const core::KeySpec& spec);
    void queue_up(const core::Ref& owner);
    void work(std::stop_token stop);
    std::optional<std::pair<core::Ref, core::KeySpec>> begin(const std::stop_token& stop);
    bool deliver(const core::Ref& owner, const core::KeySpec& spec,
                 core::Result<core::PrivateKey> made);
    void finish(const core::Ref& owner);

    const KeyGenerator generate_;
    const std::function<void(const core::Ref&)> wake_;
    ports::Clock& clock_;
    std::mutex mutex_;
    std::condition_variable_any changed_;
    std::unordered_map<core::Ref, Order> orders_;  ///< guarded by mutex_
    FairLine line_;                                ///< guarded by mutex_
    std::set<core::Ref> making_;                   ///< guarded by mutex_
    std::vector<std::jthread> threads_;            ///< last: joined before the rest goes
};

}  // namespace stackseal::runtime
