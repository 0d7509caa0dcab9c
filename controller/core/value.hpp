// SPDX-License-Identifier: Apache-2.0
// A parsed document (JSON or YAML) that no library's type leaks out of.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace stackseal::core {

/// One node of a document. Transient: decoded into structs at once, never kept.
/// Object keys keep their order. line is 1-based; 0: unknown (JSON).
struct Value {
    using Array = std::vector<Value>;
    using Member = std::pair<std::string, Value>;
    using Object = std::vector<Member>;

    std::variant<std::monostate, bool, std::int64_t, double, std::string, Array, Object> held;
    int line = 0;

    Value() = default;
    Value(const Value&) = default;
    Value(Value&&) noexcept = default;
    Value& operator=(const Value&) = default;
    Value& operator=(Value&&) noexcept = default;
    ~Value();  ///< wipes its text: a document may be a Secret

    /// A scalar without a line. Text is copied, and wiped with the node.
    static Value of(bool truth);
    static Value of(std::int64_t number);
    static Value of(std::string_view text);
    static Value of(const char* text) { return of(std::string_view(text)); }
    /// A list; the empty one by default, which is not null.
    static Value array(Array items = {});
    /// An object; the empty one by default, which is not null. Keys must differ.
    static Value object(Object members = {});

    bool is_null() const { return held.index() == 0; }
    bool is_object() const { return std::holds_alternative<Object>(held); }
    const std::string* text() const { return std::get_if<std::string>(&held); }
    const Array* items() const { return std::get_if<Array>(&held); }
    const Object* members() const { return std::get_if<Object>(&held); }

    /// The member called key, or null if this is no object or has none.
    const Value* find(std::string_view key) const;
    /// The node at a path of keys, or null: find_path({"metadata", "name"}).
    const Value* find_path(std::initializer_list<std::string_view> keys) const;
    /// The text at a path of keys, or "".
    std::string_view text_at(std::initializer_list<std::string_view> keys) const;
    /// Sets or replaces a member; this becomes an object if it was null.
    Value& set(std::string_view key, Value value);

    /// Equality of content; lines do not count, nor does the order of an object's keys.
    bool operator==(const Value& other) const;
};

/// What must be merged into `from` to make it `to`: null where nothing differs (RFC 7396).
/// A member that `to` lacks becomes an explicit null.
Value merge_patch(const Value& from, const Value& to);

}  // namespace stackseal::core
