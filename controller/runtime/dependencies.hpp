// SPDX-License-Identifier: Apache-2.0
// Who read what, so that a change wakes exactly those who had read it. Any thread may call.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <unordered_map>
#include <vector>

#include "controller/ports/cluster.hpp"

namespace stackseal::runtime {

/// Each object's name is stored once, and readers point at it: 10,000 keys take a few megabytes.
class Dependencies {
  public:
    /// A key's pass begins: what it reads from now on is new.
    void begin(const core::Ref& key);
    /// The key is about to read one object, present or not. Call before the read: a change that the
    /// read just misses then finds the note.
    void note(const core::Ref& key, const core::Ref& read);
    /// The key is about to read a selection.
    void note(const core::Ref& key, const ports::Selection& read);
    /// The pass ends: what it did not read again is forgotten. Until here old reads count, too.
    void end(const core::Ref& key);

    /// The keys that read this object or a selection that covers it, sorted, without the object
    /// itself (its own key needs no note).
    std::vector<core::Ref> readers_of(const core::Ref& changed) const;

    /// How many notes there are, for tests and for the debug page.
    std::size_t size() const;

  private:
    struct Node {
        const core::Ref* name = nullptr;       ///< the key of the map, which does not move
        std::uint64_t pass = 0;                ///< of the node as a key
        std::map<Node*, std::uint64_t> reads;  ///< → the pass that last read it
        std::set<Node*> readers;
    };

    Node& node(const core::Ref& name);
    void link(const core::Ref& key, const core::Ref& read);
    void drop_if_unused(Node& node);
    void collect(const core::Ref& read, std::set<core::Ref>& keys) const;

    mutable std::mutex mutex_;
    /// Guarded by mutex_; its nodes do not move. A selection is the name that no object has: "".
    std::unordered_map<core::Ref, Node> nodes_;
};

}  // namespace stackseal::runtime
