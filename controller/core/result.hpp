// SPDX-License-Identifier: Apache-2.0
// Value or error, never both, never ignored. The error's code says what the work queue does next.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>

namespace stackseal::core {

/// What a caller, and in the end the work queue, does about a failure.
/// Source: modelled on the canonical status codes; the mapping lives in runtime/retry_policy.
enum class Code {
    kInvalid,      ///< can never succeed as written: wait for another generation
    kNotFound,     ///< something referred to is absent: wait for its appearance
    kConflict,     ///< our read was stale, or the name was taken: read again and plan again
    kDenied,       ///< refused by authorisation or by a CA's policy: slow back-off
    kNotServed,    ///< outside of what this process may look at: no retry, a setting must change
    kThrottled,    ///< told to wait: at least retry_after_seconds
    kUnavailable,  ///< network, 5xx, deadline, disk: exponential back-off
    kCorrupt,      ///< stored key or certificate unreadable or mismatched
    kCancelled,    ///< shutting down: drop
    kInternal,     ///< a fault of this program
};

/// The code's name as it stands in logs and metrics, for example "Unavailable".
const char* to_string(Code code);

/// True for the refusals: no retry mends them, they are answered with a condition.
constexpr bool is_refusal(Code code) {
    return code == Code::kInvalid || code == Code::kDenied || code == Code::kNotServed ||
           code == Code::kCorrupt;
}

/// A failure: one line for a human that names the thing, the value and the remedy.
struct Error {
    Code code = Code::kInternal;
    std::string message;
    std::int64_t retry_after_seconds = 0;  ///< as told by the other side; 0: not told
    bool maybe_executed = false;           ///< a write whose answer was lost may have taken effect

    bool operator==(const Error&) const = default;
};

/// A fallible function's answer. A Result that holds an error must not be dereferenced.
template <class T>
class [[nodiscard]] Result {
  public:
    // NOLINTNEXTLINE(google-explicit-constructor): a value is an answer
    Result(T value) : held_(std::in_place_index<0>, std::move(value)) {}
    // NOLINTNEXTLINE(google-explicit-constructor): an error is an answer
    Result(Error error) : held_(std::in_place_index<1>, std::move(error)) {}

    bool has_value() const { return held_.index() == 0; }
    explicit operator bool() const { return has_value(); }
    T& operator*() & { return std::get<0>(held_); }
    const T& operator*() const& { return std::get<0>(held_); }
    T&& operator*() && { return std::get<0>(std::move(held_)); }
    T* operator->() { return &std::get<0>(held_); }
    const T* operator->() const { return &std::get<0>(held_); }
    Error& error() & { return std::get<1>(held_); }
    const Error& error() const& { return std::get<1>(held_); }
    Error&& error() && { return std::get<1>(std::move(held_)); }

  private:
    std::variant<T, Error> held_;
};

/// The answer of a fallible function that has no value to give.
template <>
class [[nodiscard]] Result<void> {
  public:
    Result() = default;
    // NOLINTNEXTLINE(google-explicit-constructor): an error is an answer
    Result(Error error) : error_(std::move(error)), failed_(true) {}

    bool has_value() const { return !failed_; }
    explicit operator bool() const { return !failed_; }
    void operator*() const {}
    Error& error() & { return error_; }
    const Error& error() const& { return error_; }
    Error&& error() && { return std::move(error_); }

  private:
    Error error_;
    bool failed_ = false;
};

}  // namespace stackseal::core

#define STACKSEAL_JOIN_(a, b) a##b
#define STACKSEAL_JOIN(a, b) STACKSEAL_JOIN_(a, b)

/// STACKSEAL_TRY(auto x, f()): declares x from f()'s value, or returns f()'s error.
/// A statement, not an expression: GCC 12 leaks on an early return out of a braced initialiser.
#define STACKSEAL_TRY(declaration, expression)                      \
    auto STACKSEAL_JOIN(tried_, __LINE__) = (expression);           \
    if (!STACKSEAL_JOIN(tried_, __LINE__))                          \
        return std::move(STACKSEAL_JOIN(tried_, __LINE__)).error(); \
    declaration = *std::move(STACKSEAL_JOIN(tried_, __LINE__))

/// STACKSEAL_CHECK(f()): returns f()'s error, if it has one.
#define STACKSEAL_CHECK(expression)                                                      \
    do {                                                                                 \
        if (auto checked_ = (expression); !checked_) return std::move(checked_).error(); \
    } while (false)
