// SPDX-License-Identifier: Apache-2.0
// Renewal arithmetic, with a jitter that is a function of the object and not of chance.
#include "controller/core/renewal.hpp"

#include <algorithm>
#include <cstdint>

namespace stackseal::core {

namespace {

std::chrono::seconds reserve_of(std::chrono::seconds lifetime, const RenewalRule& rule) {
    std::chrono::seconds reserve = lifetime / 3;
    if (rule.before_percentage) reserve = lifetime * *rule.before_percentage / 100;
    if (rule.before) reserve = *rule.before;
    const bool fits = reserve.count() > 0 && reserve < lifetime;
    return fits ? reserve : lifetime / 3;
}

/// FNV-1a, 64 bits: std::hash may differ between builds, and a renewal time must not.
std::uint64_t digest(std::string_view text) {
    std::uint64_t hash = 14695981039346656037ULL;
    for (const char letter : text)
        hash = (hash ^ static_cast<unsigned char>(letter)) * 1099511628211ULL;
    return hash;
}

/// Backdating takes a tenth of the lifetime, and a renewal that gains under a tenth is none.
Time earliest(Time not_before, Time not_after) {
    return not_before + (not_after - not_before) / 5;
}

}  // namespace

Time renewal_time(Time not_before, Time not_after, const RenewalRule& rule) {
    const Time due = not_after - reserve_of(not_after - not_before, rule);
    return std::max(due, earliest(not_before, not_after));
}

std::chrono::seconds renewal_jitter(std::chrono::seconds reserve, std::string_view identity) {
    const std::int64_t span = std::max<std::int64_t>(reserve.count() / 10, 0);
    return std::chrono::seconds(
        static_cast<std::int64_t>(digest(identity) % (static_cast<std::uint64_t>(span) + 1)));
}

Time jittered_renewal_time(Time not_before, Time not_after, const RenewalRule& rule,
                           std::string_view identity) {
    const Time due = renewal_time(not_before, not_after, rule);
    const auto room = due - earliest(not_before, not_after);
    return due - std::min(renewal_jitter(not_after - due, identity), room);
}

}  // namespace stackseal::core
