// SPDX-License-Identifier: Apache-2.0
// Grows a document from a parser's events; both parsers share it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "controller/core/value.hpp"

namespace stackseal::text {

/// Open containers of one document under construction. A scalar or container that is added goes
/// under the last key of the innermost object, or to the end of the innermost array.
class Builder {
  public:
    /// Adds a node where the next one belongs.
    void add(core::Value value);
    /// Adds an empty array or object and opens it.
    void open(core::Value container);
    /// Leaves the innermost container.
    void close() { open_.pop_back(); }
    /// Names the next node; its line is the key's, until a line of its own is known.
    void key(std::string name, int line = 0);

    std::size_t depth() const { return open_.size(); }
    /// The innermost container, or null outside of any.
    const core::Value* innermost() const { return open_.empty() ? nullptr : open_.back(); }
    /// A JSON pointer to the innermost container, for messages.
    std::string path() const;
    /// The key that the container `up` levels above the innermost stands under, or "".
    std::string_view key_above(std::size_t up) const;
    /// Takes the finished document; the builder is empty again.
    core::Value take();

  private:
    core::Value& place(core::Value value);

    core::Value root_;
    // Parents do not move while a child is open: only the innermost container grows.
    std::vector<core::Value*> open_;
};

/// The key that stands twice in an object, or null. O(n log n), for objects of any size.
const std::string* duplicate_key(const core::Value& object);

}  // namespace stackseal::text
