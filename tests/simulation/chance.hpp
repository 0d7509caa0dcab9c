// SPDX-License-Identifier: Apache-2.0
// All chance of a run, from one seed. std's distributions differ between libraries; these do not.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace stackseal::simulation {

/// Source: splitmix64.
class Chance {
  public:
    explicit Chance(std::uint64_t seed) : state_(seed * 0x9e3779b97f4a7c15ULL + 1) {}

    std::uint64_t next() {
        std::uint64_t x = (state_ += 0x9e3779b97f4a7c15ULL);
        x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9ULL;
        x = (x ^ (x >> 27U)) * 0x94d049bb133111ebULL;
        return x ^ (x >> 31U);
    }
    /// 0 … count − 1.
    int below(int count) { return static_cast<int>(next() % static_cast<std::uint64_t>(count)); }
    /// True once in so many times; never for 0.
    bool once_in(int times) { return times > 0 && below(times) == 0; }
    template <class T>
    const T& any_of(const std::vector<T>& values) {
        return values[static_cast<std::size_t>(below(static_cast<int>(values.size())))];
    }

  private:
    std::uint64_t state_;
};

}  // namespace stackseal::simulation
