// SPDX-License-Identifier: Apache-2.0
// A hash as a fraction.
#include "controller/runtime/jitter.hpp"

namespace stackseal::runtime {

namespace {

std::uint64_t mixed(std::uint64_t x) {
    x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9ULL;
    x = (x ^ (x >> 27U)) * 0x94d049bb133111ebULL;
    return x ^ (x >> 31U);
}

}  // namespace

double fraction_of(std::string_view identity, std::uint64_t attempt) {
    std::uint64_t hash = 14695981039346656037ULL;
    for (const char letter : identity)
        hash = (hash ^ static_cast<unsigned char>(letter)) * 1099511628211ULL;
    constexpr double kScale = 1.0 / static_cast<double>(1ULL << 53U);
    return static_cast<double>(mixed(hash + attempt * 0x9e3779b97f4a7c15ULL) >> 11U) * kScale;
}

}  // namespace stackseal::runtime
