// SPDX-License-Identifier: Apache-2.0
// What a reconcile leaves behind: when to look again, and what it ordered.
#pragma once

#include <memory>
#include <optional>

#include "controller/core/result.hpp"
#include "controller/core/time.hpp"
#include "controller/core/x509.hpp"

namespace stackseal::core {

/// The result of one reconcile. No time: wait for a change of what was read, or of a key.
struct Next {
    std::optional<Instant> at;  ///< look again no later than this

    bool operator==(const Next&) const = default;
};

/// The earlier of two wake-ups.
inline std::optional<Instant> earlier(std::optional<Instant> a, std::optional<Instant> b) {
    if (!a) return b;
    if (!b) return a;
    return *a < *b ? a : b;
}

/// A private key asked for: not begun, in the making, ready, or failed.
/// The key goes from the key factory to the signer and through no plan.
struct KeyOrder {
    std::shared_ptr<const PrivateKey> key;  ///< set once ready
    std::optional<Instant> since;           ///< when it was ordered; absent: not yet
    std::optional<Error> failure;

    bool ready() const { return key != nullptr; }
};

}  // namespace stackseal::core
